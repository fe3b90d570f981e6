// The program of a project that has static files and no program of its own.
export default { fetch: (request, env) => env.ASSETS.fetch(request) };
