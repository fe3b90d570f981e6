"""The program that hosts run when they start, so that V8 has compiled the functions that every program needs."""

import json

from plinth import Response


async def fetch(request, env, ctx):
    values = {name: value for name, value in request.headers.items()}
    return Response.json({"method": request.method, "headers": values, "again": json.loads(json.dumps(values))})
