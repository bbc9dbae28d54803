-- Hours that each machine was above a temperature, by day.
-- A reading stands until the next one of its machine on that day, or until midnight, and never longer than the
-- longest gap: a machine that has gone silent is not hot for ever.
-- $limit_c = 80.0: what counts as above [°C].
-- $longest_gap_s = 300: how long a reading stands at most [s].
-- $first_day = '0001-01-01': first day [UTC].
-- $last_day = '9999-12-31': last day, included [UTC].
WITH reading AS (
    SELECT
        plant,
        device_id,
        dt,
        temp,
        date_diff(
            'millisecond',
            timestamp,
            coalesce(
                lead(timestamp) OVER (PARTITION BY plant, device_id, dt ORDER BY timestamp, run, seq),
                CAST(CAST(dt AS DATE) + INTERVAL '1' DAY AS TIMESTAMP)
            )
        ) AS until_next_ms
    FROM machine_telemetry
    WHERE dt BETWEEN '0001-01-01' AND '9999-12-31'
)
SELECT
    plant,
    device_id,
    dt,
    sum(
        CASE
            WHEN temp <= 80.0E0 OR temp IS NULL THEN 0
            WHEN until_next_ms > 1000 * 300 THEN 1000 * 300
            ELSE until_next_ms
        END
    ) / 3.6E6 AS hours_above,
    max(temp) AS hottest_c,
    count(*) AS readings
FROM reading
GROUP BY plant, device_id, dt
ORDER BY plant, device_id, dt
