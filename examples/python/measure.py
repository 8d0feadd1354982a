"""What a cardiologist measures: median beat, intervals with their uncertainty, rhythm, and the criteria that are met."""

import heartsight as hs

record, truth = hs.simulate.ecg(
    500.0, duration_s=20.0, morphology="hypertrophy", ventricular_ectopic_rate=0.2, muscle_noise_mv=0.02, seed=2
)
m = hs.features.measurements(record)
print("beats:", {group.kind: group.n_beats for group in m.groups.groups})
print(f"median beat of {m.median_beat.n_beats} beats, noise in V5 {1000 * m.median_beat.noise_mv[10]:.0f} microvolts")

errors = m.to_dict()["overall_uncertainty"]
for name in ("heart_rate", "pr_interval", "qrs_duration", "qt", "qtc_fridericia", "sokolow_lyon"):
    unit = next(u for n, u, _ in hs.features.describe_measurements(m.leads) if n == name)
    print(f"{name:15s} {m.overall[name]:8.2f} +- {errors[name]:.2f} {unit}")

print("rhythm:", hs.features.rhythm(record.signal, record.sampling_rate, beats=m.beats).verdict)
for statement in hs.features.statements(m, age_years=record.age_years):
    numbers = ", ".join(f"{n.name} {n.value:.2f} {n.unit}" for n in statement.because[:2])
    print(f"- {statement.text} ({numbers}; {statement.source})")
schema = m.schema()
print(f"{len(schema)} numbers for a model, schema {schema.definition}, fingerprint {schema.fingerprint()[:12]}")
