# Rscript simulated_simtrial.R [trials]: writes simulated_simtrial.json (simtrial 1.0.2, commit 87748f2, survival, jsonlite).
# Looks wait for what get_analysis_date offers; every test is taken of the same cut.
suppressMessages({library(simtrial); library(survival); library(jsonlite)})
trials <- as.integer(c(commandArgs(TRUE), "3000")[1])
set.seed(20261123)
rates <- function(stratum, treatment, duration, rate) data.frame(stratum = stratum, treatment = treatment, period = seq_along(rate), duration = duration, rate = rate)
both <- function(stratum, duration, control, experimental) rbind(rates(stratum, "control", duration, control), rates(stratum, "experimental", duration, experimental))
block <- c("control", "control", "experimental", "experimental")
lost <- function(strata, rate) do.call(rbind, lapply(strata, function(s) both(s, 1, rate, rate)))
tests <- list(
  log_rank = function(d) wlr(d, weight = fh(0, 0))$z, fh01 = function(d) wlr(d, weight = fh(0, 1))$z, fh_half = function(d) wlr(d, weight = fh(0.5, 0.5))$z)
curves <- list(
  rmst = function(d) rmst(d, tau = 12)$z, milestone = function(d) milestone(d, 10, "naive")$z, milestone_log_log = function(d) milestone(d, 10, "log-log")$z,
  max_combo = function(d) qnorm(maxcombo(d, rho = c(0, 0, 1), gamma = c(0, 1, 0))$p_value, lower.tail = FALSE))
cases <- list(
  delayed = list(n = 200, enroll = data.frame(duration = c(6, 1), rate = c(5, 12)), stratum = data.frame(stratum = "All", p = 1),
    fail = both("All", c(4, 1), c(0.07, 0.07), c(0.07, 0.04)), lost = lost("All", 0.005), last_only = curves, tests = tests,
    cuts = list(function(x, before) get_analysis_date(x, planned_calendar_time = 18.5, target_event_overall = 60),
      function(x, before) get_analysis_date(x, target_event_overall = 134, min_n_overall = 200, min_followup = 13, previous_analysis_date = before, min_time_after_previous_analysis = 15))),
  strata = list(n = 240, enroll = data.frame(duration = 1, rate = 10), stratum = data.frame(stratum = c("A", "B"), p = c(0.3, 0.7)),
    fail = rbind(both("A", 1, 0.12, 0.07), both("B", c(6, 1), c(0.05, 0.03), c(0.035, 0.02))), lost = lost(c("A", "B"), 0.003), last_only = list(), tests = tests,
    cuts = list(function(x, before) get_analysis_date(x, target_event_overall = 70, max_extension_for_target_event = 20.5),
      function(x, before) get_analysis_date(x, target_event_overall = 140, previous_analysis_date = before, min_time_after_previous_analysis = 14.5))))
told <- lapply(names(cases), function(name) {
  case <- cases[[name]]; looks <- length(case$cuts)
  one <- function(i) {
    x <- sim_pw_surv(n = case$n, stratum = case$stratum, block = block, enroll_rate = case$enroll, fail_rate = case$fail, dropout_rate = case$lost)
    before <- 0; row <- NULL
    for (k in 1:looks) {
      before <- case$cuts[[k]](x, before); d <- cut_data_by_date(x, before)
      row <- c(row, setNames(c(before, nrow(d), sum(d$event), sum(d$event[d$treatment == "experimental"])), paste0(c("time", "patients", "events", "events_experimental"), k)))
      for (t in names(case$tests)) row[paste0(t, k)] <- case$tests[[t]](d)
      if (k == looks) for (t in names(case$last_only)) row[paste0(t, k)] <- case$last_only[[t]](d)
    }
    row
  }
  r <- t(sapply(1:trials, one))
  z <- r[, !grepl("time|patients|events", colnames(r)), drop = FALSE]
  list(id = name, trials = trials, mean = as.list(colMeans(r)), sd = as.list(apply(r, 2, sd)), above_1.96 = as.list(colMeans(z >= qnorm(0.975))))
})
write(toJSON(list(simtrial = as.character(packageVersion("simtrial")), R = R.version.string, cases = told), auto_unbox = TRUE, digits = 10, pretty = TRUE), "simulated_simtrial.json")
