import io

import pandas as pd

from plinth import Response


async def fetch(request, env, ctx):
    """POST a CSV file, and get a summary of its columns."""
    if request.method != "POST":
        return Response("POST a CSV file: curl --data-binary @prices.csv URL\n")
    table = pd.read_csv(io.BytesIO(request.body))
    return Response(table.describe().to_json(), headers={"content-type": "application/json"})
