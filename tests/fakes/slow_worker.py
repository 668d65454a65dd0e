"""A reader's worker that misbehaves as a file says: “sleep” never answers, “crash” ends it."""

import json
import os
import sys
import time
from pathlib import Path

from rag.articles.worker import reply_to

for line in sys.stdin:
    asked = json.loads(line)
    path = Path(asked["path"])
    if "sleep" in path.read_text("utf-8"):
        time.sleep(600)
    if "crash" in path.read_text("utf-8"):
        os._exit(139)
    print(json.dumps(reply_to(asked)), flush=True)
