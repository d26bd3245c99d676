"""What routes depend on: the services, and the conversation a token opens."""

from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.gateway.refusals import Code, Refusal
from bot.gateway.services import Services
from bot.gateway.tokens import Opened

bearer = HTTPBearer(auto_error=False, description="The token of the conversation.")


async def services_of(request: Request) -> Services:
    """Return the services of the running application."""
    services: Services = request.app.state.services
    return services


async def opened(
    conversation_id: Annotated[str, Path(description="The conversation's id.")],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    services: Annotated[Services, Depends(services_of)],
) -> Opened:
    """Return what the token opens, when that is this conversation.

    Raises Refusal: 401 for a bad token, 404 for another conversation's.
    """
    if credentials is None:
        raise Refusal(Code.INVALID_TOKEN)
    found = services.tokens.open(credentials.credentials)
    if found.conversation_id != conversation_id:
        raise Refusal(Code.CONVERSATION_NOT_FOUND)
    return found


async def _opened_id(found: Annotated[Opened, Depends(opened)]) -> str:
    return found.conversation_id


ServicesDep = Annotated[Services, Depends(services_of)]
OpenedConversation = Annotated[Opened, Depends(opened)]
ConversationId = Annotated[str, Depends(_opened_id)]
