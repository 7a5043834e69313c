"""Functions on paths and on files of the repository."""

from __future__ import annotations

import base64
import posixpath
import re

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.functions.regex_machine import compiled
from analyzer.readers.terraform.functions.registry import (
    Context,
    FunctionError,
    anything,
    function,
    normalize,
    string,
)
from analyzer.readers.terraform.types import STRING
from analyzer.readers.terraform.types.partial import blame, known
from analyzer.readers.terraform.types.sets import make
from graph.values import Unknown, Why

_PATH = string("path")


@function("file", _PATH, with_context=True)
def file(context: Context, path: str) -> Data:
    return normalize(context.read_text(path))


@function("filebase64", _PATH, with_context=True)
def filebase64(context: Context, path: str) -> Data:
    return base64.b64encode(context.read_bytes(path)).decode()


@function("fileexists", _PATH, with_context=True)
def fileexists(context: Context, path: str) -> Data:
    return context.exists(path)


@function("fileset", _PATH, string("pattern"), with_context=True)
def fileset(context: Context, path: str, pattern: str) -> Data:
    matches = compiled(_expression(posixpath.normpath(pattern) if pattern else pattern))
    return make(name for name in context.list_files(path) if matches.first(name))


def _expression(pattern: str) -> str:
    """A pattern with `*`, `**`, `?`, `[…]` and `{a,b}` as a regular expression."""
    pieces: list[str] = []
    braces = at = 0
    while at < len(pattern):
        char = pattern[at]
        closing = pattern.find("]", at + 2) if char == "[" else -1
        if pattern.startswith("**/", at):
            pieces.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("**", at):
            pieces.append(".*")
            at += 2
        elif closing > 0:
            inside = pattern[at + 1 : closing].replace("[", "\\[")
            pieces.append(f"[{'^' + inside[1:] if inside[0] in '!^' else inside}]")
            at = closing + 1
        else:
            braces += (char == "{") - (char == "}")
            special = {"*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}
            separates = char == "," and braces > 0
            pieces.append("|" if separates else special.get(char, re.escape(char)))
            at += 1
    return f"\\A(?:{''.join(pieces)})\\z"


@function("templatefile", anything("path", STRING), anything("vars"), with_context=True)
def templatefile(context: Context, path: Data, variables: Data) -> Data:
    if not isinstance(path, str):
        return blame(path, variables)
    return _rendered(context, context.read_text(path), variables)


@function("templatestring", anything("template", STRING), anything("vars"), with_context=True)
def templatestring(context: Context, template: Data, variables: Data) -> Data:
    if not isinstance(template, str):
        return blame(template, variables)
    return _rendered(context, template, variables)


def _rendered(context: Context, template: str, variables: Data) -> Data:
    if not isinstance(variables, dict):
        if known(variables):
            raise FunctionError("vars must be an object or a map")
        return blame(variables)
    return context.template(template, variables)


@function("basename", _PATH)
def basename(path: str) -> Data:
    if not path:
        return "."
    return posixpath.basename(path.rstrip("/")) or "/"


@function("dirname", _PATH)
def dirname(path: str) -> Data:
    return posixpath.normpath(posixpath.dirname(path) or ".").replace("//", "/")


@function("abspath", _PATH)
def abspath(path: str) -> Data:
    if path.startswith("/"):
        return posixpath.normpath(path).replace("//", "/")
    return Unknown(Why.IMPURE, "abspath() of where Terraform runs")


@function("pathexpand", _PATH)
def pathexpand(path: str) -> Data:
    if path == "~" or path.startswith("~/"):
        return Unknown(Why.IMPURE, "pathexpand() of the home folder of who runs Terraform")
    return path
