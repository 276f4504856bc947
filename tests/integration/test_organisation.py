"""Loading the organisation: nobody is locked out, and who belongs nowhere sees nothing but his own."""

from dataclasses import replace

import pytest

from engine import NotVisible
from engine.directory import Person
from engine.edge_refusals import LocksOut
from tests.integration.town import FORM, ORGANISATION, TownAt


def test_who_loads_the_people_cannot_lock_himself_out(town: TownAt) -> None:
    with town.open() as engine:
        before = engine.organisation()
        for administrators in ((), ("zhao",)):
            with pytest.raises(LocksOut):
                engine.load_organisation(replace(ORGANISATION, administrators=administrators), by="li")

        assert engine.organisation() == before


def test_the_right_of_administration_may_be_shared(town: TownAt) -> None:
    with town.open() as engine:
        engine.load_organisation(replace(ORGANISATION, administrators=("zhao", "li")), by="li")
        engine.load_organisation(replace(ORGANISATION, administrators=("zhao",)), by="zhao")

        assert engine.organisation().administrators == ("zhao",)


def test_a_person_without_a_unit_sees_no_case_of_others(town: TownAt) -> None:
    with town.open() as engine:
        people = (*ORGANISATION.people, Person("new", "新人"))
        engine.load_organisation(replace(ORGANISATION, people=people), by="li")
        case = engine.start("审批", by="wang", form=FORM)

        assert not engine.cases(by="new").items
        with pytest.raises(NotVisible):
            engine.case(case.id, by="new")


def test_a_village_sees_the_cases_on_its_own_ground(town: TownAt) -> None:
    with town.open() as engine:
        here = engine.start("审批", by="li", form=FORM | {"单位": "", "村": "sz"})
        there = engine.start("审批", by="li", form=FORM | {"单位": "", "村": "xz"})

        assert [row.id for row in engine.cases(by="wang").items] == [here.id]
        with pytest.raises(NotVisible):
            engine.case(there.id, by="wang")
