from urllib.parse import parse_qs, urlsplit

from plinth import Response


async def fetch(request, env, ctx):
    query = parse_qs(urlsplit(request.url).query)
    name = query.get("name", ["world"])[0]
    return Response(f"Hello, {name}!\n")
