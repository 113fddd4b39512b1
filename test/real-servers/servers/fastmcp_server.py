"""A server on FastMCP with what load meets: answers, failures, questions to the client, progress, structured content."""

import sys

from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError

server = FastMCP("fastmcp-known")


@server.tool
def repeat(message: str) -> str:
    return f"again: {message}"


@server.tool
def measure(depth: int) -> dict[str, int]:
    return {"depth": depth, "double": 2 * depth}


@server.tool
def refuse(berth: int) -> str:
    raise ToolError(f"berth {berth} is taken")


@server.tool
async def ask(question: str, ctx: Context) -> str:
    """Asks the client; one that offers no answers is told apart from one that never answers."""
    try:
        await ctx.elicit(question, bool)
    except Exception as refused:
        return f"not asked: {type(refused).__name__}"
    return "asked"


@server.tool
async def steps(count: int, ctx: Context) -> str:
    """Tells the client of each step, in messages before the answer."""
    for step in range(1, count + 1):
        await ctx.info(f"step {step}")
        await ctx.session.send_progress_notification("known", step, total=count, related_request_id=ctx.request_id)
    return f"{count} steps"


if len(sys.argv) > 1:
    server.run(transport="http", host="127.0.0.1", port=int(sys.argv[1]), path="/mcp", log_level="WARNING")
else:
    server.run(transport="stdio", show_banner=False)
