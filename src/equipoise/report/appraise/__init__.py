"""The report of an appraisal: findings by grade, their arithmetic one click below."""
