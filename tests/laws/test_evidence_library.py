"""What holds of the evidence library, whatever figures are chosen from it."""

import inspect
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from math import exp, hypot

import numpy as np
import pytest

from equipoise import evidence
from equipoise.analyze.estimates import Absent
from equipoise.appraise.library.figure import Figure
from equipoise.design.adaptive.priors import pooled_evidence
from equipoise.errors import DataError
from equipoise.evidence.arm_order import Candidate, Printed, arm_order

LIBRARY = evidence.catalog()
COMPARED = evidence.compare_library(LIBRARY)


def test_every_number_offered_names_its_witness():
    offered = [getattr(evidence, name) for name in evidence.__all__]
    functions = [each for each in offered if inspect.isfunction(each)]
    assert len(functions) >= 8
    assert not [each.__name__ for each in functions if "Witness:" not in each.__doc__]


class TestSelection:
    """What is chosen by every value of a field is the whole; a choice of a choice narrows it."""

    def test_endpoints_make_up_the_whole(self):
        endpoints = {each.endpoint for each in LIBRARY}
        parts = [LIBRARY.select(endpoint=each.lower()) for each in endpoints]
        assert sum(map(len, parts)) == len(LIBRARY)

    def test_a_choice_narrows(self):
        lung = LIBRARY.select(cancer="lung")
        both = LIBRARY.select(cancer="lung", endpoint="OS", metastatic=True)
        assert lung.select(endpoint="OS", metastatic=True) == both
        assert {each.cancer for each in lung} == {"Lung", "Lung/Colorectal"}

    def test_years_are_inclusive(self):
        counts = [len(LIBRARY.select(year=each)) for each in (2014, 2015, 2016, 2017)]
        assert counts == [73, 145, 75, 11]
        assert len(LIBRARY.select(year=(2015, 2016))) == 220

    def test_treatments_are_found_in_labels_and_titles(self):
        ids = {each.id for each in LIBRARY.select(treatment="Bevacizumab")}
        assert {"BEYOND_2A", "AIO0207(a)_3B", "SAKK4106_1"} <= ids


BY_HAND = {  # read against title and labels
    "ACT1_2A": ("amrubicin", "more patients"),
    "ALTTO(a)_2A": ("l_t", "addition"),
    "AURA3_1A": ("osimertinib", "more patients"),
    "BEYOND_2A": ("bev_cp", "control word"),
    "CAIRO3_2A": ("maintenance", "control word"),
    "Chronicle_2A": ("capecitabine_oxaliplatin", "control word"),
    "EORTC22881_2": ("boost", "without"),
    "FFCD2001_S1A": ("iri", "with or without"),
    "GETUG12_2": ("adt_de", "addition"),
    "DELTA_2A": ("erlotinib", "title order"),
    "ENSURE_2A": ("erlotinib", "title order"),
    "KEYNOTE024_1A": ("pembrolizumab", "title order"),
    "LEA_2A": ("et_b", "addition"),
    "NSABPB40_3A": ("bev", "without"),
    "PALOMA2_1A": ("palbociclib_letrozole", "control word"),
    "PROFILE1014_1A": ("crizotinib", "title order"),
    "RTOG0617_2B": ("cetuximab", "without"),
    "TH3RESA_2A": ("trastuzumab_emtansine", "control word"),
    "X20050181_1A": ("panitumumab_folfiri", "addition"),
}


class TestLineOfTherapy:
    """The title says it in so many words, or nobody does."""

    @pytest.mark.parametrize(
        ("name", "line"),
        [
            ("ACT1_2A", "second or later"),
            ("AIO0207(a)_3B", "maintenance"),
            ("BEBYP_1", "second or later"),  # beyond progression to first-line therapy
            ("BEYOND_2A", "first"),
            ("ExteNET_2A", "adjuvant"),
            ("IMPRESS_2", "second or later"),  # after progression on first-line gefitinib
        ],
    )
    def test_said(self, name, line):
        found = LIBRARY.figure(name)
        assert found.line.line == line
        assert found.line.words in found.title

    @pytest.mark.parametrize("name", ["PALOMA2_1A", "SAKK4106_1", "WJOG5208L_2A", "CHHiP(a)_2A"])
    def test_not_said(self, name):
        assert LIBRARY.figure(name).line is None


class TestArmOrder:
    """The order is read from labels and title: no outcome is asked, nor how the arms are listed."""

    NOT_TOLD = ("ACT2_2A", "CHHiP(a)_2A", "ERCC1_2A", "INT0142_2A", "MINDACT_2C", "SIRFLOX_3")

    @pytest.mark.parametrize("name", BY_HAND)
    def test_as_read_by_hand(self, name):
        order = LIBRARY.figure(name).order
        assert (order.experimental, order.rule) == BY_HAND[name]
        assert order.sentence.endswith(".")

    @pytest.mark.parametrize("name", NOT_TOLD)
    def test_what_is_not_told_is_not_guessed(self, name):
        order = LIBRARY.figure(name).order
        assert not order.resolved
        assert order.sentence.startswith("Not resolved")

    def test_listing_the_arms_otherwise_changes_no_resolved_order(self):
        by_title = {"title order", "title names"}
        for each in LIBRARY:
            if not each.order.resolved or {name for name, _ in each.order.spoken} <= by_title:
                continue
            arms = tuple(Candidate(a.label, a.description, a.patients) for a in each.arms)
            printed = Printed(
                each.title, each.randomized, each.question != "superiority", each.treatment_class
            )
            for listed in (arms, arms[::-1]):
                found = arm_order(listed, printed)
                assert (found.experimental, found.rule) == (
                    each.order.experimental,
                    each.order.rule,
                )

    def test_a_title_alone_does_not_overrule_the_index(self):
        new, old = Candidate("newmab", "newmab", 50), Candidate("oldmab", "oldmab", 50)
        printed = Printed("Newmab versus oldmab", "1:1", False, "Targeted Therapy")  # noqa: FBT003 - a value
        assert arm_order((old, new), printed).experimental == "newmab"
        assert not arm_order((new, old), printed).resolved
        cautious = replace(printed, non_inferiority=True)
        assert not arm_order((old, new), cautious).resolved

    def test_how_many_are_resolved(self):
        assert sum(each.order.resolved for each in LIBRARY) == 204
        assert Counter(each.order.rule for each in LIBRARY)["control word"] == 92


class TestComparison:
    """Published ratios are reproduced where the arms are told apart; what differs is explained."""

    def test_the_counts(self):
        found = COMPARED
        assert len(found.figures) == 297
        assert len(found.without_ratio) == 7
        assert found.resolved.of + found.unresolved.of == 297
        assert found.resolved.share >= 0.94
        assert found.well_digitised.share >= 0.98
        assert found.every.agree == sum(each.agrees for each in found.figures)

    def test_every_outlier_has_a_reason_from_the_data(self):
        assert COMPARED.outliers
        for each in COMPARED.outliers:
            assert each.reasons
            assert "not told" not in {reason.kind for reason in each.reasons}, each.figure.id

    def test_outliers_come_farthest_first(self):
        far = [abs(each.log_difference) for each in COMPARED.outliers]
        assert all(first >= second for first, second in pairwise(far))

    def test_swapping_the_arms_inverts_the_ratio(self):
        figure = LIBRARY.figure("BEYOND_2A")
        swapped = replace(figure, arm=1 - figure.arm, arms=figure.arms[::-1])
        ratio = evidence.analyze_figure(figure).hazard_ratio.value
        assert evidence.analyze_figure(swapped).hazard_ratio.value == pytest.approx(1 / ratio)
        found = evidence.compare_figure(evidence.analyze_figure(swapped))
        assert not found.agrees
        assert found.agrees_inverted
        assert found.reasons[0].kind == "direction"


def made(**changed) -> Figure:
    """Make a figure of 400 patients whose ratio is exactly found, and published as it is not."""
    base = LIBRARY.figure("BEYOND_2A")
    clean = replace(base, quality=100, doubts=(), sample_size=base.patients, published=0.3)
    return replace(clean, **changed)


class TestReasons:
    """Each reason is told where its fact is planted, and only there."""

    @pytest.mark.parametrize(
        ("changed", "kind"),
        [
            ({"quality": 60}, "digitising"),
            ({"sample_size": 340}, "patients"),
            ({"doubts": ("The index contradicts itself.",)}, "doubt"),
        ],
    )
    def test_planted(self, changed, kind):
        def kinds(figure):
            analysis = evidence.analyze_figure(figure)
            return [each.kind for each in evidence.compare_figure(analysis).reasons]

        before, after = kinds(made()), kinds(made(**changed))
        assert kind not in before
        assert kind in after

    def test_few_events(self):
        figure = made()
        event = figure.event & (np.arange(figure.patients) % 12 == 0)
        found = evidence.analyze_figure(replace(figure, event=event, published=None))
        ratio = found.hazard_ratio.value
        near = replace(figure, event=event, published=ratio * 1.15)
        reasons = evidence.compare_figure(evidence.analyze_figure(near)).reasons
        assert "few events" in {each.kind for each in reasons}

    def test_visits(self):
        figure = made()
        time = np.where(figure.event, np.ceil(figure.time / 6) * 6, figure.time)
        reasons = evidence.compare_figure(
            evidence.analyze_figure(replace(figure, time=time))
        ).reasons
        assert "visits" in {each.kind for each in reasons}


class TestPriors:
    """They are the pooled ratios of the figures used, a trial's endpoint from one publication."""

    CHOSEN = LIBRARY.select(cancer="Lung", endpoint="OS")

    def test_the_mean_and_spread_are_those_of_a_second_program(self):
        priors = evidence.planning_priors(self.CHOSEN)
        estimates = []
        for name in priors.figures:
            ratio = evidence.analyze_figure(LIBRARY.figure(name)).hazard_ratio
            estimates.append((np.log(ratio.value), ratio.standard_error))
        pooled = pooled_evidence(estimates)
        assert priors.prior.mean == pytest.approx(exp(pooled.mean), rel=1e-8)
        spread = hypot(pooled.between, pooled.standard_error)
        assert priors.prior.standard_deviation == pytest.approx(spread, rel=1e-7)
        assert priors.favorable == pytest.approx(1 - pooled.new_trial.above(0.0), rel=1e-6)

    def test_medians_by_hand(self):
        priors = evidence.planning_priors(self.CHOSEN)
        medians = []
        for name in priors.figures:
            found = evidence.analyze_figure(LIBRARY.figure(name))
            months = {"week": 12 / (365.25 / 7), "month": 1.0, "year": 12.0}[found.asked.time_unit]
            value = found.control.median.value
            medians.append(np.inf if isinstance(value, Absent) else months * value)
        held = dict(zip(priors.control[0].shares, priors.control[0].values, strict=True))
        assert held[0.5] == pytest.approx(sorted(medians)[(len(medians) - 1) // 2])

    def test_every_figure_is_used_or_left_out_with_a_reason(self):
        priors = evidence.planning_priors(self.CHOSEN)
        left = {each.figure for each in priors.left_out}
        assert left | set(priors.figures) == {each.id for each in self.CHOSEN}
        assert all(each.reason for each in priors.left_out)

    def test_fewer_than_three_control_arms_have_no_quantiles(self):
        """One arm's values are told as they are; a median not reached is counted."""
        figure = LIBRARY.figure("ALTTO(b)_2A")
        (median, *rates) = evidence.planning_priors([figure]).control
        assert (median.arms, median.not_reached) == (1, 1)
        course = evidence.analyze_figure(figure).control.curve
        assert rates
        for each in (median, *rates):
            assert each.shares == ()
        for each in rates:
            assert each.values == (course.survival_at(each.months / 12).value,)

    def test_two_publications_of_one_endpoint_count_once(self):
        chosen = [LIBRARY.figure("PALOMA3_1A"), LIBRARY.figure("PALOMA3_2A")]
        priors = evidence.planning_priors(chosen)
        assert priors.figures == ("PALOMA3_2A",)
        assert "published later in PALOMA3_2A" in priors.left_out[0].reason

    def test_shared_controls_count_once(self):
        """One comparison of three arms, of a factorial trial, of a trial and its subgroup."""
        for kept, left in (
            ("ALTTO(a)_2A", "ALTTO(b)_2A"),  # three arms: both against trastuzumab
            ("TRAPEZE_1A", "TRAPEZE_1B"),  # two by two: the same men compared twice
            ("BREC_2A", "BREC_2C"),  # a subgroup of the whole
            ("CAIRO3_2A", "CAIRO3_2B"),  # first and second progression, both called PFS
        ):
            priors = evidence.planning_priors([LIBRARY.figure(left), LIBRARY.figure(kept)])
            assert priors.figures == (kept,)
            assert priors.left_out[0].figure == left
            assert kept in priors.left_out[0].reason
            alone = evidence.planning_priors([LIBRARY.figure(kept)])
            assert priors.prior == alone.prior

    def test_patients_of_two_trials_count_twice_if_told_apart(self):
        """Disjoint subgroups, and the two trials of one publication, are independent."""
        for names, trials in (
            (("X20050181_1A", "X20050181_1B"), 1),  # KRAS wild type, KRAS mutant
            (("LUXLung3-6_2A", "LUXLung3-6_2B"), 2),
        ):
            priors = evidence.planning_priors(LIBRARY.figure(name) for name in names)
            assert priors.figures == names
            assert priors.trials == trials

    def test_two_trials_published_together_are_not_counted_beside_one_of_them(self):
        priors = evidence.planning_priors(LIBRARY.select(cancer="Breast", endpoint="DFS"))
        assert "TEXT-SOFT(2)_2A" in priors.figures
        assert not [each for each in priors.figures if each.startswith("SOFT")]

    def test_a_figure_that_cannot_be_used_displaces_none(self):
        """The larger figure of three arms whose order nobody tells leaves the smaller in."""
        chosen = [LIBRARY.figure("ALTTO(c)_2A"), LIBRARY.figure("ALTTO(b)_2A")]
        assert evidence.planning_priors(chosen).figures == ("ALTTO(b)_2A",)

    def test_the_order_of_the_figures_is_no_matter(self):
        forth = evidence.planning_priors(self.CHOSEN)
        back = evidence.planning_priors(self.CHOSEN.figures[::-1])
        assert forth.figures == back.figures[::-1]
        assert forth.prior.mean == pytest.approx(back.prior.mean, rel=1e-9)

    def test_one_figure_is_its_own_prior(self):
        figure = LIBRARY.figure("ACT1_2A")
        ratio = evidence.analyze_figure(figure).hazard_ratio
        prior = evidence.planning_priors([figure]).prior
        assert prior.mean == pytest.approx(ratio.value)
        assert prior.standard_deviation == pytest.approx(ratio.standard_error)

    def test_endpoints_are_not_mixed(self):
        with pytest.raises(DataError, match="of one endpoint"):
            evidence.planning_priors(LIBRARY)
        with pytest.raises(DataError, match="Widen the selection"):
            evidence.planning_priors([LIBRARY.figure("CHHiP(a)_2B")])


class TestRealPatients:
    """Patients to draw from are the figure's own, in the trial's unit."""

    @pytest.mark.parametrize("arm", ["control", "experimental", "amrubicin"])
    def test_of_an_arm(self, arm):
        figure = LIBRARY.figure("ACT1_2A")
        side = 0 if arm == "control" else 1
        real = evidence.real_patients(figure, "os", arm=arm)
        own = figure.arm == side
        assert np.array_equal(real.truth.time[0], figure.time[own])
        assert np.array_equal(real.truth.outcome[0] == 1, figure.event[own])
        assert (real.truth.arm == -1).all()

    def test_of_both_arms_in_another_unit(self):
        real = evidence.real_patients("ACT1_2A", "os", arm=None, time_unit="day")
        figure = LIBRARY.figure("ACT1_2A")
        assert np.array_equal(real.truth.arm, figure.arm)
        assert real.truth.time[0] == pytest.approx(figure.time * 365.25 / 12)

    def test_an_arm_that_is_not_there(self):
        with pytest.raises(DataError, match="Its arms are topotecan"):
            evidence.real_patients("ACT1_2A", "os", arm="nobody")
