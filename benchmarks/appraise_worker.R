# One R package answering one question of appraise_jobs.py: Rscript appraise_worker.R PACKAGE JOB FOLDER.
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "r_talk.R"))
arguments <- commandArgs(trailingOnly = TRUE)
package <- arguments[1]
folder <- arguments[3]
suppressPackageStartupMessages(library(package, character.only = TRUE))

job <- function(prepare, read) list(prepare = prepare, read = read)
months <- c(6, 12, 24, 36, 60, 120)
days <- c(day = 1, week = 7, month = 365.25 / 12, year = 365.25)

whole <- function(figure) {
  longest <- figure$until[1]  # of the restricted means
  landmarks <- months * days[["month"]] / days[[figure$unit[1]]]
  curves <- survfit(Surv(time, event) ~ arm, data = figure, conf.type = "log-log")
  medians <- quantile(curves, .5)
  within <- landmarks[landmarks <= longest]
  rates <- if (length(within)) summary(curves, times = within)
  means <- summary(curves, rmean = longest)$table[, "rmean"]
  test <- survdiff(Surv(time, event) ~ arm, data = figure)
  answers <- c("log-rank" = test$chisq, "restricted mean" = unname(diff(means)))
  if (any(figure$event == 1)) {
    fit <- coxph(Surv(time, event) ~ arm, data = figure, ties = "efron")
    proportional <- cox.zph(fit, transform = "km")$table[1, "chisq"]
    answers <- c(answers, "log ratio" = unname(coef(fit)), proportional = proportional)
  }
  answers
}

tasks <- list(
  survival = list(library = job(function() {
    rows <- read.csv(file.path(folder, "figures.csv"))
    figures <- split(rows, rows$figure)
    function() lapply(figures, whole)
  }, function(found) unlist(lapply(names(found), function(name)
    setNames(found[[name]], paste0(name, ": ", names(found[[name]]))))))),
  metafor = list(pooling = job(function() {
    rows <- read.csv(file.path(folder, "studies.csv"))
    function() {
      fit <- rma(estimate, sei = error, data = rows, method = "REML", test = "knha")
      list(fit, predict(fit))
    }
  }, function(found) c(
    estimate = as.numeric(found[[1]]$beta), "standard error" = found[[1]]$se,
    "variance between" = found[[1]]$tau2, lower = found[[1]]$ci.lb, upper = found[[1]]$ci.ub,
    "new study, spread" = (found[[2]]$pi.ub - found[[2]]$pi.lb) / (2 * qt(.975, found[[1]]$k - 1))))))
converse(tasks[[package]][[arguments[2]]])
