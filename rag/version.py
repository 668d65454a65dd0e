"""The version of this package, as it is installed."""

from importlib.metadata import PackageNotFoundError, version


def package_version() -> str:
    try:
        return version("article-qa")
    except PackageNotFoundError:
        return "0"
