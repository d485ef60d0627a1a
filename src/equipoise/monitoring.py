"""Everything a look at a running trial takes, in one place, each loaded when it is first used.

    from equipoise.monitoring import hold_look, snapshot_at, trial_rules

`docs/monitor.md` lists everything by task; `monitoring.pyi` tells the types of the same names.
"""

from equipoise.offered import loader

HOME = {  # module → what it offers
    "protocol.monitoring": "Belief MonitoringPromise Projecting SafetyCount",
    "monitor.cut.cut": "DataCut snapshot_at",
    "monitor.cut.late": "LateEvent",
    "monitor.cut.late_reporting": "LookInHindsight ReportedLate ReportedOutcome compared_with",
    "monitor.bounds.rules": (
        "CONTINUE Decisions EFFICACY Evidence FUTILITY FixedBounds HARM HypothesisRules "
        "NOT_TESTED StoppingRules UpdatedBounds"
    ),
    "monitor.look.look": "HypothesisLook Look PastLook SeenStatistic TrialRules",
    "monitor.bounds.planned_rules": "trial_rules",
    "monitor.statistics.statistics": "seen_statistics statistic_given",
    "monitor.look.hold": "hold_look",
    "monitor.look.standing": "LookRead Standing opened",
    "monitor.look.decide": "decide decide_look decisions_of",
    "monitor.statistics.effect_scale": "EffectScale effect_scale",
    "monitor.likely.likely": "likely_course",
    "monitor.likely.values": (
        "ConditionalChances LikelyCourse NeededRest PowerCurve PredictedChances PredictedEnd"
    ),
    "monitor.likely.reverse_power": "Discordance ReversePower discordance reverse_power",
    "monitor.beliefs.priors": "Likelihood likelihood_of prior_of",
    "monitor.beliefs.beliefs": "Beliefs BetterThan Posterior beliefs_at updated",
    "monitor.beliefs.densities": "Densities densities",
    "monitor.beliefs.critical_prior": "CriticalPrior critical_prior",
    "monitor.inference.after_stopping": "after_stopping",
    "monitor.inference.inference": "AfterStopping Inference Limits Overrun Told",
    "monitor.inference.stagewise": "StagewiseInference inference_at_stopping stagewise_inference",
    "monitor.inference.orderings": "OrderedInference ordered_inference",
    "monitor.inference.repeated_intervals": "RepeatedIntervals repeated_intervals",
    "monitor.inference.bias_adjusted": "bias_adjusted_mean bias_of_estimate",
    "monitor.inference.unbiased": "unbiased_estimate",
    "monitor.inference.overrunning": "by_combination by_deletion combined_z without_looks",
    "monitor.future.at_hand": "patients_at_hand",
    "monitor.future.future": "FutureModel PatientsAtHand RateDraws",
    "monitor.future.model": "AccrualPlan fitted_future",
    "monitor.future.model_assumed": "accrual_after assumed_future",
    "monitor.future.model_groups": "grouped",
    "monitor.future.model_hazards": "HazardPrior",
    "monitor.future.forecast": "forecast",
    "monitor.future.forecast_of_answers": "AnswersForecast AnswersTarget forecast_answers",
    "monitor.future.forecast_results": "Calendar Fan Forecast PredictedDate TargetForecast",
    "simulate.rest.rest": "simulate_rest",
    "simulate.rest.start": "Foretold",
    "simulate.rest.values": ("HypothesisRest LookToCome Replicates RestOfTrial StoppingNow"),
    "monitor.safety.safety": "SafetyReview safety_review",
    "monitor.safety.bounds": "CheckHeld CheckToCome SafetyLook hold_rule safety_boundaries",
    "monitor.safety.harms": "Harms harms_of",
    "monitor.safety.deaths": "ArmDeaths KnownDeaths ToxicDeaths known_deaths toxic_deaths",
    "monitor.safety.incidence": "ToxicIncidence",
    "monitor.safety.events": "ExposureRate NewEvents NewInArm SafetyEvents",
    "monitor.safety.exposure": (
        "ArmExposure PatientTime event_rate exposures last_seen patient_time rate_ratio"
    ),
    "monitor.reestimation.reestimation": (
        "EventsReestimated NuisanceEstimate PooledAnswers PooledMeasurements Reestimation "
        "inflation_for_variance"
    ),
    "monitor.reestimation.data": "pooled_data",
    "monitor.reestimation.hazard": "BlindedHazard blinded_hazard",
    "monitor.reestimation.trial": "blinded_reestimation",
    "monitor.pooled.trial": "PooledFindings PooledLate PooledTrial canonical_text pooled_trial",
    "monitor.pooled.accrual": "AccrualMonth PlannedAccrual PooledAccrual",
    "monitor.pooled.follow_up": "DataLag",
    "monitor.pooled.harms": "PooledDeaths PooledHarm PooledHarms",
    "monitor.pooled.information": "EventsSeen PlannedEvents PooledInformation",
    "monitor.pooled.snapshot": "without_arms",
    "monitor.masking": "Masking UnmaskingKey check_key commitment masking_of",
    "monitor.committee": "committee_protocol committee_snapshot",
    "io.unmasking_key": "draw_key key_path read_key write_key",
    "monitor.record.record": (
        "Amendment CommitteeDecision KnownData KnownEvents Opening Record RecordedHypothesis "
        "RecordedLook past_looks"
    ),
    "monitor.record.checks": "Asked Permitted check_next",
    "monitor.record.lines": "chained extended line_of seal_of",
    "monitor.record.recording": "Circumstances opening_of recorded_look",
    "monitor.record.promise_kept": "data_map_digest promise_digest",
    "io.monitoring_record": "append read_record record_path",
    "simulate.monitored.monitored": "ForetoldRest Kept MonitoredTrial OpenLook Outlook",
    "simulate.monitored.record": "monitored_record open_record",
}
MODULE_OF = {
    name: f"equipoise.{module}" for module, names in HOME.items() for name in names.split()
}

__all__ = list(MODULE_OF)


__getattr__ = loader(globals(), MODULE_OF, "docs/monitor.md")


def __dir__() -> list[str]:
    return sorted(__all__)
