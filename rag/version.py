"""The installed version of this package."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache  # it is looked for in every folder of packages
def package_version() -> str:
    try:
        return version("article-qa")
    except PackageNotFoundError:
        return "0"
