"""A chat template in Ollama's language, Go's text/template, made from what the model's own writes around turns."""

from reporting import Failure

SYSTEM, USER, ASSISTANT, AGAIN = "SYSTEM-WORDS", "USER-WORDS", "ASSISTANT-WORDS", "MORE-USER-WORDS"


def go_template(tokenizer):
    """The template of a tokenizer for Ollama.

    The words around a turn are found by rendering a conversation of known turns; whatever they do not explain, such as
    a turn that is written otherwise when it is the last, is refused.

    Raises Failure where the template is none of that simple kind.
    """
    begins_texts = tokenizer("a")["input_ids"][0] == tokenizer.bos_token_id

    def render(*turns, ask=False):
        messages = [{"role": role, "content": content} for role, content in turns]
        text = tokenizer.apply_chat_template(messages, add_generation_prompt=ask, tokenize=False)
        # A token that begins every text is put there by the runner itself.
        return text.removeprefix(tokenizer.bos_token) if begins_texts else text

    system, user, assistant = ("system", SYSTEM), ("user", USER), ("assistant", ASSISTANT)
    try:
        asked, told = render(user, ask=True), render(user)
        answer_opens = cut(asked, told)
        before_user, after_user = told.split(USER)
        answer_closes = cut(render(user, assistant), told + answer_opens + ASSISTANT)
        longer = cut(render(user, assistant, ("user", AGAIN)), told + answer_opens + ASSISTANT + answer_closes)
        user_opens = cut_end(longer, AGAIN + after_user)
        default = cut_end(before_user, user_opens)
        before_system, after_system = render(system, user).split(SYSTEM)
        system_closes = cut_end(after_system, user_opens + USER + after_user)
    except Exception as error:
        # Ours, and what a template itself raises for turns that it does not allow.
        raise unlike(error) from error
    pieces = (default, before_system, system_closes, user_opens, after_user, answer_opens, answer_closes)
    if any("{{" in piece or piece.endswith("{") or '"""' in piece for piece in pieces) or answer_opens.endswith('"'):
        raise unlike("it writes what cannot be quoted")
    return (
        f"{{{{ if .System }}}}{before_system}{{{{ .System }}}}{system_closes}{{{{ else }}}}{default}{{{{ end }}}}"
        f'{{{{ range .Messages }}}}{{{{ if eq .Role "user" }}}}{user_opens}{{{{ .Content }}}}{after_user}'
        f'{{{{ else if eq .Role "assistant" }}}}{answer_opens}{{{{ .Content }}}}{answer_closes}{{{{ end }}}}'
        f"{{{{ end }}}}{answer_opens}"
    )


def cut(text, beginning):
    if not text.startswith(beginning):
        raise ValueError(f"{text!r} does not begin with {beginning!r}")
    return text[len(beginning) :]


def cut_end(text, end):
    if not text.endswith(end):
        raise ValueError(f"{text!r} does not end with {end!r}")
    return text[: len(text) - len(end)]


def unlike(why):
    message = f"the model's chat template cannot be written as Ollama's: {why}"
    return Failure("invalid-input", message[:400], "export it merged, and write the Modelfile by hand")
