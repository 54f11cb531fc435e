"""Counts, common words and readability of texts in any language that puts spaces between words."""

import gc
import os
import re
import unicodedata
from collections import Counter
from typing import Annotated

# Both shorten the start: pydantic searches no plugins, and nothing is collected while everything is new.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
gc.disable()

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

gc.freeze()
gc.enable()

# Letters and digits; an apostrophe or a hyphen within a word belongs to it.
WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
SENTENCE_END = re.compile(r"[.!?…。！？।؟]+(?=\s|$|[\"'”’»)\]])|[。！？]+|\n\s*\n")
# Where LIX draws the line between short and long words.
LONG = 7

app = FastAPI(title="textstats", docs_url=None, redoc_url=None)


class Texts(BaseModel):
    """Unknown fields are errors: a misspelt one would be ignored otherwise."""

    model_config = ConfigDict(extra="forbid")
    inputs: str | Annotated[list[str], Field(min_length=1, max_length=2048)]


def words(text: str) -> list[str]:
    # Composed first: an accent as a character of its own would end the word.
    return WORD.findall(unicodedata.normalize("NFC", text))


def common(found: list[str], count: int) -> list[dict[str, str | int]]:
    """The most common words in lower case; of equally common ones, the first of the alphabet."""
    counts = Counter(word.lower() for word in found)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"word": word, "count": times} for word, times in ranked[:count]]


def statistics(text: str) -> dict[str, object]:
    found = words(text)
    sentences = sum(1 for part in SENTENCE_END.split(text) if WORD.search(part))
    long = sum(len(word) >= LONG for word in found)
    # LIX (Björnsson 1968): words a sentence, and long words of a hundred. It needs no syllables, so no language.
    lix = len(found) / sentences + 100 * long / len(found) if found else None
    return {
        "characters": len(text),
        "letters": sum(map(str.isalpha, text)),
        "words": len(found),
        "distinct_words": len({word.lower() for word in found}),
        "sentences": sentences,
        "words_a_sentence": round(len(found) / sentences, 2) if found else None,
        "lix": round(lix, 1) if lix is not None else None,
        "common_words": common(found, 5),
    }


@app.exception_handler(RequestValidationError)
async def refuse(request: Request, invalid: RequestValidationError) -> JSONResponse:
    # Only where and why: what was sent may hold what JSON cannot, such as halves of characters.
    problems = [{"at": [*problem["loc"]], "message": problem["msg"]} for problem in invalid.errors()]
    return JSONResponse({"detail": problems}, status_code=422)


@app.get("/ping")
async def ping() -> dict[str, str]:
    return {"status": "ready"}


# Without `async` each request would run on a thread of its own, more of them than the manifest allows.
@app.post("/invocations")
async def invocations(texts: Texts) -> JSONResponse:
    inputs = [texts.inputs] if isinstance(texts.inputs, str) else texts.inputs
    return JSONResponse({"outputs": [statistics(text) for text in inputs]})


@app.post("/words")
async def most_common(texts: Texts, top: Annotated[int, Query(ge=1, le=1000)] = 10) -> JSONResponse:
    """The most common words of all texts together."""
    inputs = [texts.inputs] if isinstance(texts.inputs, str) else texts.inputs
    return JSONResponse({"words": common([word for text in inputs for word in words(text)], top)})


@app.get("/about")
async def about() -> dict[str, str | None]:
    """Which function and which revision answers."""
    return {name: os.environ.get(f"HEARTH_{name.upper()}") for name in ("function", "revision")}
