"""Trains the classifier and writes model.npz into the folder that is named on the command line.

The file holds the coefficients as plain arrays. A pickle (joblib's included) would run code when it is loaded and
ties the bundle to one version of scikit-learn; arrays do neither.
"""

import os
import sys
import zipfile

# One thread: the sums are in the same order every time.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import numpy
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

# Brightness of a pixel, as the data set counts it.
BRIGHTEST = 16

digits = load_digits()
seen, unseen, seen_labels, unseen_labels = train_test_split(
    digits.data, digits.target, test_size=0.25, random_state=0, stratify=digits.target
)
model = LogisticRegression(max_iter=1000).fit(seen / BRIGHTEST, seen_labels)
accuracy = model.score(unseen / BRIGHTEST, unseen_labels)
print(f"{len(seen)} digits learnt; {accuracy:.1%} of {len(unseen)} others are told right.")
if accuracy < 0.95:
    sys.exit("That is less than 95%, so something is wrong with the packages; nothing was written.")

arrays = {
    # Divided here, so that the function takes pixels as they are.
    "coefficients": model.coef_ / BRIGHTEST,
    "intercepts": model.intercept_,
    "labels": model.classes_,
}
# What numpy.savez writes, but without the time of day: the same model is the same file, and the same revision.
with zipfile.ZipFile(os.path.join(sys.argv[1], "model.npz"), "w") as archive:
    for name, array in arrays.items():
        with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w") as file:
            numpy.lib.format.write_array(file, array, allow_pickle=False)
