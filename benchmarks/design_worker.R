# One R package answering one question of design_jobs.py: Rscript design_worker.R PACKAGE JOB.
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "r_talk.R"))
arguments <- commandArgs(trailingOnly = TRUE)
package <- arguments[1]
suppressPackageStartupMessages(library(package, character.only = TRUE))
if (package == "lrstat") RcppParallel::setThreadOptions(numThreads = 1)

numbered <- function(what, values)
  setNames(as.numeric(values), paste(what, "at look", seq_along(values)))
adjusted <- function(p) setNames(as.numeric(p), paste("adjusted p", seq_along(p)))

crossing <- list(information = (1:10) / 10, upper = 2.04 / sqrt((1:10) / 10),
                 lower = 3.2 * (1:10) / 10 - 1.5, drift = 3)

ring <- function(size) {
  row <- c(0, 0.5, 0.5, rep(0, size - 3))
  t(sapply(seq_len(size) - 1, function(j) row[(seq_len(size) - 1 - j) %% size + 1]))
}
doses <- function() {
  edges <- matrix(0, 6, 6)
  for (dose in 1:3) {
    edges[dose, dose + 3] <- 0.5
    for (other in setdiff(1:3, dose)) {
      edges[dose, other] <- 0.25
      edges[dose + 3, other] <- 0.5
    }
  }
  edges
}
p_doses <- c(0.011, 0.004, 0.03, 0.02, 0.006, 0.05)
p_values <- c(0.011, 0.004, 0.03, 0.02, 0.006, 0.05, 0.015, 0.0025)
p_many <- matrix(((1:60000 * 0.6180339887) %% 1)^3, 10000)
adjusted_many <- function(p) c(adjusted(p[1, ]), "mean adjusted p" = mean(p))
halves <- function(size) 0.5 + 0.5 * diag(size)

job <- function(call, read) list(prepare = function() call, read = read)  # nothing to prepare
source(file.path(here, "design_peers", paste0(package, ".R")))
converse(tasks[[arguments[2]]])
