"""A run as JUnit XML: one test case per question and one for the gate, as CI servers display them.

A question that was wrong before and still is counts as skipped, so a red build means that something was
lost. Control characters, which XML cannot represent, are dropped.
"""

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from eval.report.record import Run
from eval.scoring.run import Row
from rag import readable


def to_junit(run: Run) -> str:
    """Return the run's test suite as XML."""
    suite = TestSuite(f"{run.data['name']} ({run.mode})")
    for row in run.rows:
        case = TestCase(
            readable(f"{row.id}: {row.question}"),
            classname=f"eval.{row.kind or 'question'}",
            time=row.seconds,
        )
        if not row.right:
            case.result = [_result(run, row)]
        suite.add_testcase(case)
    gate = TestCase("gate", classname="eval")
    gate.result = [Failure(failure) for failure in run.failures]
    suite.add_testcase(gate)
    xml = JUnitXml()
    xml.add_testsuite(suite)
    text: bytes = xml.tostring()  # type: ignore[no-untyped-call]
    return text.decode()


def _result(run: Run, row: Row) -> Failure | Skipped:
    message = f"{row.cause or row.score.grade}: {row.score.explanation}"
    known = row.score.grade == "unscored" or (run.against is not None and row.id not in run.against.lost)
    result = Skipped(message) if known else Failure(message)
    result.text = readable(row.text)
    return result
