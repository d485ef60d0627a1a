"""Everything a look at a running trial takes, in one place, each loaded when it is first used.

    from equipoise.monitoring import hold_look, snapshot_at, trial_rules

`docs/monitor.md` lists everything by task; `monitoring.pyi` tells the types of the same names.
"""

from equipoise.offered import loader

HOME = {  # module → what it offers
    "protocol.monitoring": "Belief MonitoringPromise Projecting SafetyCount",
    "monitor.cut": "DataCut snapshot_at",
    "monitor.cut_late": "LateEvent",
    "monitor.late_reporting": "LookInHindsight ReportedLate ReportedOutcome compared_with",
    "monitor.rules": (
        "CONTINUE Decisions EFFICACY Evidence FUTILITY FixedBounds HARM HypothesisRules "
        "NOT_TESTED StoppingRules UpdatedBounds"
    ),
    "monitor.look": "HypothesisLook Look PastLook SeenStatistic TrialRules",
    "monitor.planned_rules": "trial_rules",
    "monitor.statistics": "seen_statistics statistic_given",
    "monitor.hold": "hold_look",
    "monitor.standing": "LookRead Standing opened",
    "monitor.decide": "decide decide_look decisions_of",
    "monitor.effect_scale": "EffectScale effect_scale",
    "monitor.likely": "likely_course",
    "monitor.likely_values": (
        "ConditionalChances LikelyCourse NeededRest PowerCurve PredictedChances PredictedEnd"
    ),
    "monitor.reverse_power": "Discordance ReversePower discordance reverse_power",
    "monitor.belief_priors": "Likelihood likelihood_of prior_of",
    "monitor.beliefs": "Beliefs BetterThan Posterior beliefs_at updated",
    "monitor.belief_densities": "Densities densities",
    "monitor.critical_prior": "CriticalPrior critical_prior",
    "monitor.after_stopping": "after_stopping",
    "monitor.inference": "AfterStopping Inference Limits Overrun Told",
    "monitor.stagewise": "StagewiseInference inference_at_stopping stagewise_inference",
    "monitor.orderings": "OrderedInference ordered_inference",
    "monitor.repeated_intervals": "RepeatedIntervals repeated_intervals",
    "monitor.bias_adjusted": "bias_adjusted_mean bias_of_estimate",
    "monitor.unbiased": "unbiased_estimate",
    "monitor.overrunning": "by_combination by_deletion combined_z without_looks",
    "monitor.at_hand": "patients_at_hand",
    "monitor.future": "FutureModel PatientsAtHand RateDraws",
    "monitor.future_model": "AccrualPlan fitted_future",
    "monitor.future_model_assumed": "accrual_after assumed_future",
    "monitor.future_model_groups": "grouped",
    "monitor.future_model_hazards": "HazardPrior",
    "monitor.forecast": "forecast",
    "monitor.forecast_of_answers": "AnswersForecast AnswersTarget forecast_answers",
    "monitor.forecast_results": "Calendar Fan Forecast PredictedDate TargetForecast",
    "simulate.rest_of_trial": "simulate_rest",
    "simulate.rest_of_trial_start": "Foretold",
    "simulate.rest_of_trial_values": (
        "HypothesisRest LookToCome Replicates RestOfTrial StoppingNow"
    ),
    "monitor.safety": "SafetyReview safety_review",
    "monitor.safety_bounds": "CheckHeld CheckToCome SafetyLook hold_rule safety_boundaries",
    "monitor.safety_harms": "Harms harms_of",
    "monitor.safety_deaths": "ArmDeaths KnownDeaths ToxicDeaths known_deaths toxic_deaths",
    "monitor.safety_incidence": "ToxicIncidence",
    "monitor.safety_events": "ExposureRate NewEvents NewInArm SafetyEvents",
    "monitor.exposure": (
        "ArmExposure PatientTime event_rate exposures last_seen patient_time rate_ratio"
    ),
    "monitor.reestimation": (
        "EventsReestimated NuisanceEstimate PooledAnswers PooledMeasurements Reestimation "
        "inflation_for_variance"
    ),
    "monitor.reestimation_data": "pooled_data",
    "monitor.reestimation_hazard": "BlindedHazard blinded_hazard",
    "monitor.reestimation_trial": "blinded_reestimation",
    "monitor.pooled": "PooledFindings PooledLate PooledTrial canonical_text pooled_trial",
    "monitor.pooled_accrual": "AccrualMonth PlannedAccrual PooledAccrual",
    "monitor.pooled_follow_up": "DataLag",
    "monitor.pooled_harms": "PooledDeaths PooledHarm PooledHarms",
    "monitor.pooled_information": "EventsSeen PlannedEvents PooledInformation",
    "monitor.pooled_snapshot": "without_arms",
    "monitor.masking": "Masking UnmaskingKey check_key commitment masking_of",
    "monitor.committee": "committee_protocol committee_snapshot",
    "io.unmasking_key": "draw_key key_path read_key write_key",
    "monitor.record": (
        "Amendment CommitteeDecision KnownData KnownEvents Opening Record RecordedHypothesis "
        "RecordedLook past_looks"
    ),
    "monitor.record_checks": "Asked Permitted check_next",
    "monitor.record_lines": "chained extended line_of seal_of",
    "monitor.recording": "Circumstances opening_of recorded_look",
    "monitor.promise_kept": "data_map_digest promise_digest",
    "io.monitoring_record": "append read_record record_path",
    "simulate.monitored": "ForetoldRest Kept MonitoredTrial OpenLook Outlook",
    "simulate.monitored_record": "monitored_record open_record",
}
MODULE_OF = {
    name: f"equipoise.{module}" for module, names in HOME.items() for name in names.split()
}

__all__ = list(MODULE_OF)


__getattr__ = loader(globals(), MODULE_OF, "docs/monitor.md")


def __dir__() -> list[str]:
    return sorted(__all__)
