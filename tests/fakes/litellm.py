"""LiteLLM's proxy, run for real on loopback from the venv of `make test-servers`."""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.fakes.serving import free_port

LITELLM = Path(__file__).parents[2] / ".venv-litellm" / "bin" / "litellm"
KEY = "sk-of-this-test"


@contextmanager
def litellm_proxy(folder: Path, models: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The address of a proxy for these models: their names, each with its `litellm_params`."""
    port = free_port()
    listed = [{"model_name": name, "litellm_params": params} for name, params in models.items()]
    config = folder / "config.yaml"  # JSON is YAML
    settings = {"general_settings": {"master_key": KEY}, "litellm_settings": {"num_retries": 0}}
    config.write_text(json.dumps({"model_list": listed, **settings}))
    command = [LITELLM, "--config", config, "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"}
    log = folder / "log"
    with log.open("w") as said:
        proxy = subprocess.Popen(command, env=environment, stdout=said, stderr=said, cwd=folder)
    try:
        _await(f"http://127.0.0.1:{port}/health/liveliness", proxy, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        proxy.terminate()
        proxy.wait(30)


def _await(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()[-2000:]
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise AssertionError(log.read_text()[-2000:])
