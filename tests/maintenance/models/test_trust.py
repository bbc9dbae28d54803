"""Bytes to estimators: only trusted types are built."""

from __future__ import annotations

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from maintenance.errors import ModelError
from maintenance.models.trust import dumps, loads

ROWS = np.random.default_rng(1).normal(size=(60, 3))


class Stranger(ClassifierMixin, BaseEstimator):
    """An estimator of somebody else."""


def test_a_dictionary_of_estimators_comes_back() -> None:
    """As a model of several quantiles is."""
    model = {
        "low": make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, ROWS[:, 0] > 0),
        "forest": IsolationForest(n_estimators=3, random_state=0).fit(ROWS),
    }
    again = loads(dumps(model), "here")
    np.testing.assert_array_equal(again["low"].predict_proba(ROWS), model["low"].predict_proba(ROWS))
    np.testing.assert_array_equal(again["forest"].score_samples(ROWS), model["forest"].score_samples(ROWS))


def test_a_stranger_is_refused_by_name_when_it_is_written() -> None:
    """Better now than by whoever reads it."""
    with pytest.raises(ModelError, match=r"not trusted: .*Stranger"):
        dumps(Stranger())


def test_a_stranger_is_refused_when_it_is_read() -> None:
    """A file from somewhere may hold anything."""
    with pytest.raises(ModelError, match=r"model\.skops has parts of types that are not trusted: .*Stranger"):
        loads(skops.io.dumps(Stranger()), "model.skops")


def test_a_function_of_the_system_is_not_called() -> None:
    """The schema names a type, and we look at the name before anything is made of it."""
    content = dumps(LogisticRegression())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        schema = json.loads(archive.read("schema.json"))
    schema["__class__"], schema["__module__"] = "system", "os"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("schema.json", json.dumps(schema))
    with pytest.raises(ModelError):
        loads(out.getvalue(), "evil.skops")


def test_a_pickle_is_refused() -> None:
    """With a sentence, and unread."""
    with pytest.raises(ModelError, match=r"old\.pkl is not a model that skops wrote"):
        loads(pickle.dumps({"a": 1}), "old.pkl")
