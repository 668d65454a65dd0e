"""The page: a place to ask, read and check, with endpoints for programs."""

from pathlib import Path

import gradio as gr
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from rag import Chatbot
from rag.serve.access import AccessChecks
from rag.serve.api import build_api
from rag.serve.gate import Gate
from rag.serve.headers import SecurityHeaders
from rag.serve.server import Server
from rag.serve.watch import Watch
from ui.app_words import TRANSLATIONS, spoken
from ui.checking import build_check
from ui.conversation import Conversation
from ui.endpoints import build_endpoints
from ui.front import Front
from ui.hub import make_hub
from ui.indexing import Indexing
from ui.library import Library
from ui.login import checker, read_users
from ui.part import drawn
from ui.preferences import build_settings
from ui.records import Records
from ui.routes import open_routes
from ui.signed_in import SignedIn
from ui.talk import AT_ONCE, Talk, View
from ui.view import page_part
from ui.words import Words, words_for

_HERE = Path(__file__).parent
_WAITING = 64  # questions in the queue before the page says it is busy
_SESSIONS = 1000  # of readers, about 0.1 MB each
_UPLOADS_KEPT_S = 600, 3600  # scan interval, age at deletion; those that became articles go at once
_LOOK_AGAIN_S = 1  # between checks of whether the models have loaded
_THEME = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def build_page(chatbot: Chatbot, gate: Gate) -> gr.Blocks:
    """Build the page as Gradio blocks; its handlers may be called from several threads."""
    indexing = Indexing(chatbot)
    page: gr.Blocks
    with gr.Blocks(title="Article QA", analytics_enabled=False, delete_cache=_UPLOADS_KEPT_S) as page:
        words = words_for(None)
        with gr.Sidebar(width=272, elem_id="nav"):
            drawn(_menu(chatbot, words), "menu")
        hub = make_hub()
        with gr.Column(elem_id="room"):
            with gr.Column(elem_id="workspace"):
                drawn(page_part("top", words), "top")
                with gr.Column(elem_id="ask-view", elem_classes="view"):
                    welcome, thread, live = (drawn("", name) for name in ("welcome", "thread", "live"))
                library = Library(chatbot, indexing, hub)
                build_check(chatbot, gate, AT_ONCE)
                chosen = build_settings(chatbot, page)
                with gr.Column(elem_id="asking"):
                    loading = drawn(_loading(chatbot, words), "loading")
                    drawn("", "queued")
                    drawn(page_part("scope", words), "scope")
                    gr.Textbox(
                        placeholder=spoken("ask_here"),
                        label=spoken("question"),
                        show_label=False,
                        container=False,
                        max_length=chatbot.settings.max_question_chars,
                        max_lines=8,
                        submit_btn=True,
                        stop_btn=True,
                        elem_id="question",
                    )
            panel = drawn("", "panel")
        talk = gr.State(Conversation())
        Talk(chatbot, gate, indexing, View(hub, welcome, thread, live, panel, talk)).wire(page, chosen)
        library.wire()
        if chatbot.settings.auth:
            signed_in = SignedIn(chatbot, Records(chatbot.settings.conversations))
            signed_in.wire(hub, thread, live, talk)
        build_endpoints(chatbot, gate, AT_ONCE)
        waiting = gr.Timer(_LOOK_AGAIN_S, active=not chatbot.warm)

        def look_again(request: gr.Request) -> tuple[str, gr.Timer]:
            words = words_for(request.headers.get("accept-language"))
            return _loading(chatbot, words), gr.Timer(active=not chatbot.warm)

        waiting.tick(
            look_again,
            None,
            [loading, waiting],
            api_visibility="private",
            show_progress="hidden",
            queue=False,
        )
    page.queue(max_size=_WAITING)
    return page


def _menu(chatbot: Chatbot, words: Words) -> str:
    kept = "server" if chatbot.settings.auth else "browser"
    return page_part("menu", words, count=len(chatbot.sources()), kept=kept)


def _loading(chatbot: Chatbot, words: Words) -> str:
    """Return a note that a language model is still loading, or an empty string."""
    if chatbot.warm or chatbot.choice.mode == "quotes":
        return ""
    return page_part("status", words, text=words("model_loading"))


def launch(chatbot: Chatbot, gate: Gate) -> gr.Blocks:
    """Serve the page on the settings' host and port, in its own thread, until `close()`.

    Raises:
        OSError: if the port is taken.
        SettingsError: if `RAG_MCP` is set and its package is not installed, or `RAG_AUTH` is wrong.
    """
    settings = chatbot.settings
    users = read_users(settings.auth) if settings.auth else {}
    page = build_page(chatbot, gate)
    page.state_session_capacity = _SESSIONS
    page.max_threads = page._queue.max_thread_count = 2 * AT_ONCE  # room for others while all wait
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
        run_history=False,  # it would store every question in the browser unasked, and can send them to a hub
        enable_monitoring=False,
        theme=_THEME,
        favicon_path=str(_HERE / "favicon.png"),
        pwa=True,
        i18n=TRANSLATIONS,
        mcp_server=False,  # ours is at /mcp
        max_file_size=int(settings.max_file_mb * 1e6),
    )
    inner = outer.routes[-1].app  # type: ignore[attr-defined]  # a Mount
    # What Gradio's own `launch` does; its server is not used, because every request must pass our checks.
    page.app = page.server_app = inner
    page._queue.set_server_app(inner)
    folder = Path(inner.uploaded_file_dir)
    logged_in = (lambda headers: _logged_in(inner, headers)) if users else None
    access = AccessChecks(
        outer,
        settings,
        open_routes(settings, folder),
        gate.refused,
        uploads=folder,
        logged_in=logged_in,
    )
    watched = Watch(access, forget=lambda event: _forget(page, event))
    page.server = Server(SecurityHeaders(Front(watched, logged_in)), settings)  # type: ignore[assignment]  # only closed
    return page


def _logged_in(app: gr.routes.App, headers: Headers) -> bool:
    """Whether the request has a login cookie."""
    cookies = cookie_parser(headers.get("cookie", ""))
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return any(cookies.get(name) in app.tokens for name in names)


def _forget(page: gr.Blocks, event: str) -> None:
    """Drop what Gradio keeps of a program's call: each is a separate session of about 0.1 MB."""
    page.app.state_holder.session_data.pop(event, None)
    page.app.state_holder.time_last_used.pop(event, None)
    queue = page._queue
    for kept in (queue.pending_event_ids_session, queue.pending_messages_per_session, queue.event_analytics):
        kept.pop(event, None)
