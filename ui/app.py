"""The page: chat, articles, why an answer is what it is, quality; and endpoints for programs."""

from pathlib import Path

import gradio as gr
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from rag import Chatbot
from rag.serve.api import build_api
from rag.serve.doors import Doors
from rag.serve.gate import Gate
from rag.serve.headers import SecurityHeaders
from rag.serve.server import Server
from rag.serve.watch import Watch
from ui.chat import AT_ONCE, ChatTab
from ui.endpoints import build_endpoints
from ui.library import article_rows, build_library
from ui.login import checker, read_users
from ui.quality import quality_html
from ui.render import status_html
from ui.routes import open_routes
from ui.why import why_html

_HERE = Path(__file__).parent
_WAITING = 64  # questions in the queue before the page says that it is busy
_SESSIONS = 1000  # of readers, some 0.1 MB each
_UPLOADS_KEPT_S = 600, 3600  # looked through how often, deleted after; those that became articles go at once
_LOOK_AGAIN_S = 1  # whether the models have been loaded
# System fonts: the theme's own would be fetched from another server. The shades that are set are
# those that reach the contrast of WCAG AA on their ground, which the theme's own do not.
_THEME = gr.themes.Default(
    primary_hue="teal",
    neutral_hue="slate",
    font=["system-ui", "sans-serif"],
    font_mono=["ui-monospace", "monospace"],
).set(
    body_text_color_subdued="*neutral_600",
    body_text_color_subdued_dark="*neutral_300",
    block_label_text_color="*neutral_600",
    block_label_text_color_dark="*neutral_200",
    block_title_text_color="*neutral_700",
    input_placeholder_color="*neutral_500",
    input_placeholder_color_dark="*neutral_300",
    button_primary_background_fill="*primary_700",
    button_primary_background_fill_hover="*primary_800",
    button_primary_background_fill_dark="*primary_700",
    button_primary_background_fill_hover_dark="*primary_800",
    button_primary_text_color="white",
)


def build_page(chatbot: Chatbot, gate: Gate) -> gr.Blocks:
    """The page as Gradio blocks; its handlers may be called from several threads."""
    page: gr.Blocks
    with gr.Blocks(title="Article QA", analytics_enabled=False, delete_cache=_UPLOADS_KEPT_S) as page:
        status = gr.HTML(status_html(chatbot), elem_id="status", padding=False)
        with gr.Tab("Ask"):
            turns = ChatTab(chatbot, gate, page).turns
        with gr.Tab("Articles") as library_tab:
            table = build_library(chatbot, status)
        with gr.Tab("Why this answer") as why_tab:
            why = gr.HTML(why_html(None), elem_id="why")
        with gr.Tab("Quality") as quality_tab:
            quality = gr.HTML(elem_id="quality")
        build_endpoints(chatbot, gate, AT_ONCE)

        library_tab.select(lambda: article_rows(chatbot), None, table, api_visibility="private")
        why_tab.select(
            lambda now: why_html(next((turn.why for turn in reversed(now) if turn.why), None)),
            turns,
            why,
            api_visibility="private",
        )
        quality_tab.select(quality_html, None, quality, api_visibility="private")
        waiting = gr.Timer(_LOOK_AGAIN_S, active=not chatbot.warm)
        waiting.tick(
            lambda: (status_html(chatbot), gr.Timer(active=not chatbot.warm)),
            None,
            [status, waiting],
            api_visibility="private",
            show_progress="hidden",
            queue=False,
        )
    page.queue(max_size=_WAITING)
    return page


def launch(chatbot: Chatbot, gate: Gate) -> gr.Blocks:
    """Serve the page on the settings' host and port from a thread of its own, until `close()`.

    Raises:
        OSError: if the port is taken.
        SettingsError: if `RAG_MCP` is set and its package is not installed, or `RAG_AUTH` is wrong.
    """
    settings = chatbot.settings
    users = read_users(settings.auth) if settings.auth else {}
    page = build_page(chatbot, gate)
    page.state_session_capacity = _SESSIONS
    page.max_threads = page._queue.max_thread_count = 2 * AT_ONCE  # while all wait, the rest goes on
    outer = build_api(chatbot, gate)
    gr.mount_gradio_app(
        outer,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        auth=checker(users) if users else None,
        ssr_mode=False,
        footer_links=[],
        run_history=False,  # it would keep every question in the browser, unasked, and can send them to a hub
        enable_monitoring=False,
        theme=_THEME,
        css_paths=_HERE / "page.css",
        mcp_server=False,  # ours is at /mcp
        max_file_size=int(settings.max_file_mb * 1e6),
    )
    inner = outer.routes[-1].app  # type: ignore[attr-defined]  # a Mount
    # What Gradio's own `launch` does; its server is not used, because everything has to pass the doors.
    page.app = page.server_app = inner
    page._queue.set_server_app(inner)
    folder = Path(inner.uploaded_file_dir)
    doors = Doors(
        outer,
        settings,
        open_routes(settings, folder),
        gate.refused,
        uploads=folder,
        logged_in=(lambda headers: _logged_in(inner, headers)) if users else None,
    )
    watched = Watch(doors, forget=lambda event: _forget(page, event))
    page.server = Server(SecurityHeaders(watched), settings)  # type: ignore[assignment]  # only closed
    return page


def _logged_in(app: gr.routes.App, headers: Headers) -> bool:
    """Whether the request has the cookie of a login."""
    cookies = cookie_parser(headers.get("cookie", ""))
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return any(cookies.get(name) in app.tokens for name in names)


def _forget(page: gr.Blocks, event: str) -> None:
    """Drop what Gradio keeps of a program's call: each is a session of its own, of some 0.1 MB."""
    page.app.state_holder.session_data.pop(event, None)
    page.app.state_holder.time_last_used.pop(event, None)
    queue = page._queue
    for kept in (queue.pending_event_ids_session, queue.pending_messages_per_session, queue.event_analytics):
        kept.pop(event, None)
