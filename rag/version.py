"""The installed version of this package."""

from importlib.metadata import PackageNotFoundError, version


def package_version() -> str:
    try:
        return version("article-qa")
    except PackageNotFoundError:
        return "0"
