"""The command-line library speaks Chinese: headings of the help, and messages on wrong usage."""

from typing import Any

import regex
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup, TyperOption

_HELP = "显示这份说明并退出。"
# English message → Chinese, applied one after the other: the outer sentence before the inner one.
_MESSAGES = (
    (r"^Missing argument '(.+?)'\.?", r"缺少参数 \1"),
    (r"^Missing option '(.+?)'\.?", r"缺少选项 \1"),
    (r"^Missing command\.?", "缺少命令"),
    (r"^No such command '(.+?)'\.?", r"没有命令 \1"),
    (r"^No such option: (\S+?)\.?(?=\s|$)", r"没有选项 \1"),
    (r"^Option '(.+?)' requires an argument\.?", r"选项 \1 后面要有值"),
    (r"^Got unexpected extra argument(?:s|\(s\))? \((.+)\)", r"多出的参数：\1"),
    (r"^Invalid value for '([^']+)'.*?: ", r"\1 的值不对："),
    (r"^Invalid value: ", ""),
    (r"Input should be greater than or equal to (\S+)", r"不能小于 \1"),
    (r"Input should be a valid integer.*", "要写整数"),
    (r"\s*Did you mean '?(.+?)'?\?", r"；是不是 \1？"),
    (r"\s*\(Possible options: (.+?)\)", r"；是不是 \1？"),
)


class ChineseCommand(TyperCommand):
    """A command whose help is all in Chinese."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401 (the library's own type is private)
        """Return the line that shows how the command is written."""
        return _usage_line(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> TyperOption | None:  # noqa: ANN401
        """Return ``--help`` with its explanation."""
        return _explained(super().get_help_option(ctx))


class ChineseGroup(TyperGroup):
    """The list of commands, all in Chinese."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401
        """Return the line that shows how the command is written."""
        return _usage_line(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> TyperOption | None:  # noqa: ANN401
        """Return ``--help`` with its explanation."""
        return _explained(super().get_help_option(ctx))


def set_headings() -> None:
    """Give the panels of the help their Chinese headings."""
    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.REQUIRED_LONG_STRING = "（必填）"
    rich_utils.DEFAULT_STRING = "（默认 {}）"


def in_chinese(message: str) -> str:
    """Say a message of the library in Chinese; one it does not know stays as it is."""
    for pattern, chinese in _MESSAGES:
        message = regex.sub(pattern, chinese, message)
    return message


def _usage_line(line: str) -> str:
    return line.replace("Usage:", "用法：", 1)


def _explained(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = _HELP
    return option
