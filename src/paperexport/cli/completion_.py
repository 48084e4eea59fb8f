"""``paperexport completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion", short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    Bash, in ~/.bashrc: eval "$(paperexport completion bash)". Zsh, in ~/.zshrc, below a line
    `autoload -U compinit && compinit`: eval "$(paperexport completion zsh)". Fish: paperexport
    completion fish > ~/.config/fish/completions/paperexport.fish
    """
    made = get_completion_class(shell)
    assert made is not None, "click knows the three"
    root = context.find_root().command
    script = made(root, {}, "paperexport", "_PAPEREXPORT_COMPLETE")
    if shell == "bash":
        click.echo(script.source_template % script.source_vars())
    else:
        click.echo(script.source())
