# The page and the API, with the encoder inside. EXTRAS=serve,mcp leaves the page out, EXTRAS=ui,mcp,local
# adds what runs the embedded language model; its file is mounted at /models/models, or an API answers.
FROM python:3.11-slim AS models
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY rag rag
COPY ui ui
COPY eval eval
RUN pip install --no-cache-dir --constraint constraints.txt '.[export]'
ENV RAG_CACHE=/models RAG_LLM=none
RUN python -m rag models

FROM python:3.11-slim
ARG EXTRAS=ui,mcp
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY rag rag
COPY ui ui
COPY eval eval
RUN pip install --no-cache-dir --constraint constraints.txt ".[${EXTRAS}]" \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin article-qa \
    && install --directory --owner 10001 /articles /index \
    && rm -r /build/*
COPY --from=models /models /models
COPY seeds /articles
ENV HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RAG_ARTICLES=/articles \
    RAG_CACHE=/models \
    RAG_CONVERSATIONS=/index/conversations \
    RAG_FEEDBACK=/index/feedback.jsonl \
    RAG_HOST=0.0.0.0 \
    RAG_INDEX=/index/articles \
    RAG_LOG_JSON=1
WORKDIR /tmp
USER 10001
VOLUME ["/index"]
EXPOSE 7860
HEALTHCHECK --start-period=60s --interval=10s --timeout=5s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
CMD ["python", "-m", "ui"]
