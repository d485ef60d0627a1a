# The R side of a conversation: orders on standard input, a line of JSON for each (see worker.py).
peak_memory <- function() {
  line <- grep("^VmHWM", readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
}

reply <- function(values) {
  text <- sprintf('"%s": %s', names(values), vapply(values, function(value)
    if (is.character(value)) encodeString(gsub("[[:cntrl:]\\\\]+", " ", value), quote = '"')
    else if (is.logical(value)) tolower(value)
    else if (is.finite(value)) sprintf("%.17g", value) else "null", ""))
  cat("{", paste(text, collapse = ", "), "}\n", sep = "")
  flush(stdout())
}

clock <- function(act) {
  wall <- proc.time()[["elapsed"]]
  start <- processor()
  force(act)
  list(wall = proc.time()[["elapsed"]] - wall, cpu = processor() - start)
}

processor <- function() sum(proc.time()[1:2])

converse <- function(task, read_data = NULL) {
  reply(list(cpu = processor(), memory = peak_memory(), has_job = !is.null(task)))
  orders <- file("stdin", "r")
  repeat {
    words <- strsplit(readLines(orders, n = 1), " ", fixed = TRUE)[[1]]
    if (length(words) == 0 || words[1] == "stop") break
    tryCatch({
      if (words[1] == "load") {
        timed <- clock(call <- if (length(words) > 1) task$prepare(read_data(words[2]))
                               else task$prepare())
        reply(timed)
      } else if (words[1] == "call") {
        times <- as.integer(words[2])
        timed <- clock(for (i in seq_len(times)) result <- call())
        reply(c(lapply(timed, function(seconds) seconds / times), memory = peak_memory()))
      } else if (words[1] == "answers") {
        reply(as.list(task$read(result)))
      }
    }, error = function(problem) reply(list(error = conditionMessage(problem))))
  }
}
