# One R package simulating a job of simulate.py: Rscript simulate_worker.R PACKAGE JOB.
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "r_talk.R"))
arguments <- commandArgs(trailingOnly = TRUE)
package <- arguments[1]
suppressPackageStartupMessages(library(package, character.only = TRUE))
if (package == "lrstat") RcppParallel::setThreadOptions(numThreads = 1)
if (package == "simtrial") data.table::setDTthreads(1)

patients <- 220; months <- 48; ratio <- 0.6; control <- log(2) / 15; loss <- -log(0.95) / 12
events <- c(50, 90, 131); bounds <- c(3.471, 2.454, 2.004)
job <- function(trials, call, read)
  list(prepare = function() call, read = function(result) c(trials = trials, read(result)))

simulate_lrstat <- function() lrsim(
  kMax = 3, informationRates = events / 131, criticalValues = bounds, accrualTime = 0,
  accrualIntensity = patients / months, lambda1 = ratio * control, lambda2 = control,
  gamma1 = loss, gamma2 = loss, n = patients, followupTime = 1000, fixedFollowup = FALSE,
  plannedEvents = events, maxNumberOfIterations = 50000, seed = 1)

simulate_rpact <- function() getSimulationSurvival(
  getDesignGroupSequential(kMax = 3, informationRates = events / 131, sided = 1,
                           typeOfDesign = "asUser",
                           userAlphaSpending = cumsum(c(0.000259, 0.006986, 0.017755))),
  plannedEvents = events, accrualTime = c(0, months), maxNumberOfSubjects = patients,
  lambda2 = control, hazardRatio = ratio, directionUpper = FALSE, dropoutRate1 = 0.05,
  dropoutRate2 = 0.05, dropoutTime = 12, maxNumberOfIterations = 20000, seed = 1)

one_of_simtrial <- function(test) {
  rates <- function(rate) data.frame(stratum = "All", period = 1, duration = 100, rate = rate,
    treatment = c("control", "experimental"))
  data <- sim_pw_surv(n = patients, block = c("control", "experimental"),
    enroll_rate = data.frame(rate = patients / months, duration = months),
    fail_rate = rates(control * c(1, ratio)), dropout_rate = rates(loss))
  vapply(events, function(count)
    test(cut_data_by_event(data, count)), 0)
}
simulate_simtrial <- function(trials, test) function() {
  set.seed(1)
  vapply(seq_len(trials), function(trial) one_of_simtrial(test), numeric(3))
}
unweighted <- function(data) wlr(data, weight = fh(rho = 0, gamma = 0))$z
combined <- function(data)
  qnorm(maxcombo(data, rho = c(0, 0, 1, 1), gamma = c(0, 1, 0, 1))$p_value, lower.tail = FALSE)
power_of <- function(z) c(power = mean(apply(z >= bounds, 2, any)))

tasks <- list(
  lrstat = list("three looks" = job(50000, simulate_lrstat, function(found)
    c(power = found$overview$overallReject))),
  rpact = list("three looks" = job(20000, simulate_rpact, function(found)
    c(power = found$overallReject[1]))),
  simtrial = list(
    "three looks" = job(20, simulate_simtrial(20, unweighted), power_of),
    "MaxCombo" = job(20, simulate_simtrial(20, combined), power_of)))
converse(tasks[[package]][[arguments[2]]])
