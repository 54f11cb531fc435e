"""Handwritten digits: 8 by 8 pixels to the digit that they show."""

import gc
import os
from typing import Annotated

# The libraries read these when they are loaded. What is not searched for, started or collected makes the start
# shorter: threads of each BLAS, joblib's semaphores (which need /dev/shm), pydantic's plugins, garbage.
threads = os.environ.get("HEARTH_THREADS", "1")
for library in ("OPENBLAS", "OMP", "MKL", "BLIS"):
    os.environ[f"{library}_NUM_THREADS"] = threads
os.environ["JOBLIB_MULTIPROCESSING"] = "0"
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
gc.disable()

import numpy
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sklearn.linear_model import LogisticRegression

# What was loaded stays, so later collections need not look at it.
gc.freeze()
gc.enable()

PIXELS = 64
MOST_INPUTS = 2048


def load(path: str) -> LogisticRegression:
    """The estimator that train.py fitted, from the arrays that it wrote."""
    with numpy.load(path, allow_pickle=False) as arrays:
        model = LogisticRegression()
        model.coef_ = arrays["coefficients"]
        model.intercept_ = arrays["intercepts"]
        model.classes_ = arrays["labels"]
        model.n_features_in_ = model.coef_.shape[1]
    # The first call loads what later ones find loaded; before the first request rather than in it.
    model.predict_proba(numpy.zeros((1, PIXELS)))
    return model


model = load("model.npz")
app = FastAPI(title="digits", docs_url=None, redoc_url=None)

Brightness = Annotated[float, Field(strict=True, ge=0, le=16, allow_inf_nan=False)]


class Images(BaseModel):
    """Unknown fields are errors: a misspelt one would be ignored otherwise."""

    model_config = ConfigDict(extra="forbid")
    inputs: Annotated[list[list[Brightness]], Field(min_length=1, max_length=MOST_INPUTS)]


def refusal(message: str, request: Request) -> JSONResponse:
    error = {
        "code": "invalid_request",
        "message": message,
        "remedy": f"Send {{\"inputs\": [[…], …]}} with {PIXELS} numbers from 0 to 16 an image, row after row.",
        "request_id": request.headers.get("x-request-id"),
    }
    return JSONResponse({"error": error}, status_code=400)


@app.exception_handler(RequestValidationError)
async def refuse(request: Request, invalid: RequestValidationError) -> JSONResponse:
    # Only where and why: what was sent may hold what JSON cannot, such as NaN.
    first = invalid.errors()[0]
    if first["type"] == "json_invalid":
        return refusal("The body is not JSON.", request)
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"][1:])
    return refusal(f"{path.lstrip('.') or 'The body'}: {first['msg']}.", request)


@app.get("/ping")
async def ping() -> dict[str, str]:
    return {"status": "ready"}


# Without `async` each request would run on a thread of its own, more of them than the manifest allows.
@app.post("/invocations")
async def classify(images: Images, request: Request) -> JSONResponse:
    for index, image in enumerate(images.inputs):
        if len(image) != PIXELS:
            return refusal(f"inputs[{index}] has {len(image)} numbers; an image has {PIXELS}.", request)
    probabilities = model.predict_proba(numpy.array(images.inputs, dtype=numpy.float64))
    labels = model.classes_[probabilities.argmax(axis=1)]
    # The probabilities are in the order of the labels, 0 to 9.
    outputs = [
        {"label": label, "probabilities": row}
        for label, row in zip(labels.tolist(), probabilities.round(6).tolist())
    ]
    return JSONResponse({"outputs": outputs})
