"""Every value of a notice with its place: JSON Pointer, id, kind, owner, evidence."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from extract.notice import Evidence, Notice, Project

_HEADER = ("title", "document_number", "issuer", "issued_on", "plan_year")
_OF_PROJECT = ("quantities", "amounts", "deadlines", "departments")


@dataclass(frozen=True, slots=True)
class Place:
    """One value where it stands in the JSON.

    ``target`` is the value's stable id; a part without one is named by what it is (``title``,
    ``pr-…/category``). ``project`` is the name of the project it belongs to.
    """

    pointer: str
    target: str
    kind: str
    part: BaseModel
    evidence: Evidence
    project: str | None = None


def places(notice: Notice) -> Iterator[Place]:
    """Yield every value of a notice: its header, its projects in order, its own figures."""
    for name in _HEADER:
        part = getattr(notice, name)
        if part is not None:
            yield Place(f"/{name}", name, name, part, part.evidence)
    for index, one in enumerate(notice.attachments):
        yield Place(f"/attachments/{index}", f"attachment/{one.value}", "title", one, one.evidence)
    for index, each in enumerate(notice.recipients):
        yield Place(f"/recipients/{index}", each.id, each.kind, each, each.evidence)
    if notice.default_deadline is not None:
        default = notice.default_deadline
        yield Place("/default_deadline", default.id, default.kind, default, default.evidence)
    for index, entry in enumerate(notice.oversight):
        if entry.department is not None:
            unit = entry.department
            yield Place(f"/oversight/{index}/department", unit.id, unit.kind, unit, unit.evidence)
    for index, project in enumerate(notice.projects):
        yield from _of_project(f"/projects/{index}", project)
    for index, figure in enumerate(notice.figures):
        yield Place(f"/figures/{index}", figure.id, figure.kind, figure, figure.evidence)


def _of_project(pointer: str, project: Project) -> Iterator[Place]:
    yield Place(pointer, project.id, "project", project, project.evidence, project.name)
    if project.category is not None:
        target, part = f"{project.id}/category", project.category
        yield Place(f"{pointer}/category", target, "category", part, part.evidence, project.name)
    for name in _OF_PROJECT:
        for index, value in enumerate(getattr(project, name)):
            here = f"{pointer}/{name}/{index}"
            yield Place(here, value.id, value.kind, value, value.evidence, project.name)
