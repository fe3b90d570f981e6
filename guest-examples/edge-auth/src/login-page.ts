/** @param problem HTML that is shown above the form; it is not escaped */
export function loginPage(status: number, problem = ""): Response {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Log in</title>
<form method="post" action="login">
<p>${problem}</p>
<label>Access code <input name="code" type="password" autocomplete="current-password" required></label>
<button>Log in</button>
</form>
</html>
`;
  return new Response(html, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}
