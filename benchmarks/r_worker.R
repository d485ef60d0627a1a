# One R package doing one job: Rscript r_worker.R PACKAGE JOB, spoken to as worker.py.
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "r_talk.R"))
arguments <- commandArgs(trailingOnly = TRUE)
package <- arguments[1]
job <- arguments[2]
suppressPackageStartupMessages(library(package, character.only = TRUE))

landmarks <- c(365, 1095, 1825)
until <- 1825
named <- function(what, values) setNames(as.numeric(values), paste(what, landmarks, sep = " at "))

coefficients <- function(fit) {
  beta <- unname(coef(fit))
  error <- unname(sqrt(diag(vcov(fit))))
  c(setNames(beta, paste("coefficient", seq_along(beta))),
    setNames(error, paste("error", seq_along(error))))
}

cox <- function(columns) list(
  prepare = function(trial) {
    response <- Surv(trial$time, trial$event)
    covariates <- columns(trial)
    function() coxph(response ~ covariates, ties = "efron")
  },
  read = coefficients
)

difference <- function(fit) list(statistic = fit$chisq)

incidence <- function(fit, curve) unlist(lapply(1:2, function(cause) {
  values <- sapply(landmarks, function(t) curve(fit, cause, t))
  named(paste("incidence of", cause), values)
}))

survival_jobs <- list(
  kaplan_meier = list(
    prepare = function(trial) {
      response <- Surv(trial$time, trial$event)
      function() survfit(response ~ 1, conf.type = "none")
    },
    read = function(fit) {
      found <- summary(fit, times = landmarks)
      c(named("survival", found$surv), named("error", found$std.err))
    }
  ),
  log_rank = list(
    prepare = function(trial) {
      response <- Surv(trial$time, trial$event)
      arm <- trial$arm
      function() survdiff(response ~ arm)
    },
    read = difference
  ),
  stratified_log_rank = list(
    prepare = function(trial) {
      response <- Surv(trial$time, trial$event)
      arm <- trial$arm
      stratum <- trial$stratum
      function() survdiff(response ~ arm + strata(stratum))
    },
    read = difference
  ),
  cox_arm = cox(function(trial) trial$arm),
  cox_1 = cox(function(trial) trial$covariates[, 1]),
  cox_5 = cox(function(trial) trial$covariates),
  aalen_johansen = list(
    prepare = function(trial) {
      response <- Surv(trial$time, factor(trial$outcome, 0:2))
      function() survfit(response ~ 1)
    },
    read = function(fit) {
      found <- summary(fit, times = landmarks)
      c(named("incidence of 1", found$pstate[, 2]), named("incidence of 2", found$pstate[, 3]))
    }
  ),
  restricted_mean = list(
    prepare = function(trial) {
      response <- Surv(trial$time, trial$event)
      arm <- trial$arm
      function() summary(survfit(response ~ arm), rmean = until)$table
    },
    read = function(table) list(
      difference = table[2, "rmean"] - table[1, "rmean"],
      error = sqrt(sum(table[, "se(rmean)"]^2))
    )
  )
)

cmprsk_jobs <- list(
  aalen_johansen = list(
    prepare = function(trial) {
      force(trial)
      function() cuminc(trial$time, trial$outcome)
    },
    read = function(fit) {
      found <- timepoints(fit, landmarks)$est
      c(named("incidence of 1", found[1, ]), named("incidence of 2", found[2, ]))
    }
  ),
  gray = list(
    prepare = function(trial) {
      force(trial)
      function() cuminc(trial$time, trial$outcome, trial$arm)
    },
    read = function(fit) list(statistic = fit$Tests[1, "stat"])
  )
)

read_trial <- function(path) {
  columns <- matrix(readBin(path, "double", n = file.size(path) / 8), ncol = 10)
  list(time = columns[, 1], event = columns[, 2], outcome = columns[, 3],
       arm = columns[, 4], stratum = columns[, 5], covariates = columns[, 6:10])
}

converse(list(survival = survival_jobs, cmprsk = cmprsk_jobs)[[package]][[job]], read_trial)
