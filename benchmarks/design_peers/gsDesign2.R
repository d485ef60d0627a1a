# gsDesign2: enrollment and failure tables are built off the clock.
tables <- function(call) function() {
  enroll <- define_enroll_rate(duration = c(2, 2, 8), rate = c(5, 10, 20))
  fail <- define_fail_rate(duration = c(4, 100), fail_rate = log(2) / 12, hr = c(1, 0.6),
                           dropout_rate = 0.001)
  function() call(enroll, fail)
}
survival_job <- function(call, read) list(prepare = tables(call), read = read)

spend <- list(sf = gsDesign::sfLDOF, total_spend = 0.025)
spend_beta <- list(sf = gsDesign::sfHSD, total_spend = 0.1, param = -2)
side <- function(found, which) {
  bound <- as.data.frame(found$bound)
  bound[bound$bound == which, , drop = FALSE]
}
boundary <- function(found, futility = TRUE) c(
  numbered("efficacy z", side(found, "upper")$z),
  if (futility) numbered("futility z", head(side(found, "lower")$z, -1)))
size <- function(found) c(patients = tail(found$analysis$n, 1))
size_and_events <- function(found) c(size(found), events = tail(found$analysis$event, 1))

looks <- function(k, futility, binding = FALSE) function() {
  lower <- if (futility) gs_spending_bound else gs_b
  gs_design_npe(
    theta = 0.3, info = (1:k) / k, alpha = 0.025, beta = 0.1, binding = binding,
    upper = gs_spending_bound, upar = spend, lower = lower,
    lpar = if (futility) spend_beta else rep(-Inf, k))
}
from_none <- function(futility) function(found) {
  last <- max(found$info[found$bound == "upper"])
  at <- function(which) found$z[found$bound == which]
  c(numbered("efficacy z", at("upper")), if (futility) numbered("futility z", head(at("lower"), -1)),
    inflation = last / ((qnorm(0.975) + qnorm(0.9)) / 0.3)^2)
}

tests <- function(calendar) rbind(
  data.frame(rho = 0, gamma = 0, tau = -1, test = 1, analysis = seq_along(calendar),
             analysis_time = calendar),
  data.frame(rho = c(0, 0.5), gamma = 0.5, tau = -1, test = 2:3, analysis = length(calendar),
             analysis_time = 36))

tasks <- list(
  looks_3 = job(looks(3, TRUE), from_none(TRUE)),
  looks_10 = job(looks(10, TRUE), from_none(TRUE)),
  looks_50 = job(looks(50, FALSE), from_none(FALSE)),
  binding_5 = job(looks(5, TRUE, TRUE), from_none(TRUE)),
  crossing_10 = job(
    function() with(crossing, gs_power_npe(
      theta = rep(drift, 10), info = information, upper = gs_b, upar = upper, lower = gs_b,
      lpar = lower)),
    function(found) {
      stops <- function(which) diff(c(0, found$probability[found$bound == which]))
      c(numbered("upper", stops("upper")), numbered("lower", stops("lower")))
    }
  ),
  average_hazard_ratio = survival_job(
    function(enroll, fail) gs_design_ahr(
      enroll, fail, alpha = 0.025, beta = 0.1, analysis_time = c(12, 24, 36), info_frac = NULL,
      upper = gs_spending_bound, upar = spend, lower = gs_spending_bound, lpar = spend_beta),
    function(found) c(boundary(found), size(found))
  ),
  weighted_log_rank = survival_job(
    function(enroll, fail) gs_power_wlr(
      enroll, fail, event = NULL, analysis_time = c(25.1092589609, 30.4495676350, 36),
      weight = list(method = "fh", param = list(rho = 0, gamma = 1)), info_scale = "h1_info",
      upper = gs_spending_bound, upar = spend, lower = gs_b, lpar = rep(-Inf, 3)),
    function(found) c(boundary(found, FALSE), numbered("power", side(found, "upper")$probability))
  ),
  max_combo = survival_job(
    function(enroll, fail) fixed_design_maxcombo(
      alpha = 0.025, power = 0.9, enroll_rate = enroll, fail_rate = fail, study_duration = 36,
      rho = c(0, 0, 0.5), gamma = c(0, 0.5, 0.5), tau = c(-1, -1, -1)),
    function(found) c(size_and_events(found), numbered("efficacy z", found$analysis$bound))
  ),
  max_combo_3 = survival_job(
    function(enroll, fail) gs_design_combo(
      enroll, fail, tests(c(12, 24, 36)), alpha = 0.025, beta = 0.1,
      upper = gs_spending_combo, upar = spend, lower = gs_spending_combo,
      lpar = list(sf = gsDesign::sfLDOF, total_spend = 0.1)),
    function(found) c(boundary(found, FALSE), size_and_events(found))
  ),
  restricted_mean = survival_job(
    function(enroll, fail) fixed_design_rmst(
      alpha = 0.025, power = 0.9, enroll_rate = enroll, fail_rate = fail, study_duration = 36,
      tau = 24), size),
  milestone = survival_job(
    function(enroll, fail) fixed_design_milestone(
      alpha = 0.025, power = 0.9, enroll_rate = enroll, fail_rate = fail, study_duration = 36,
      tau = 24), size)
)
