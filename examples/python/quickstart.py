"""From a recording to a report, with the default bundle or one given: quickstart.py [BUNDLE]"""

import sys

import heartsight as hs

analyzer = hs.load(*sys.argv[1:2])

# A simulated recording; hs.read_record("00001_hr.hea") reads one.
recording, truth = hs.simulate.ecg(500.0, morphology="st_t_change", muscle_noise_mv=0.01, seed=1)
report = analyzer.analyze(recording)

print(report)
for finding in report.classes:
    print(f"{finding.name:5} {finding.probability:.2f} ({finding.low:.2f} to {finding.high:.2f})")
for action in report.actions:
    print(f"{action.urgency}: {action.text} (because of {', '.join(action.because)})")
for warning in report.warnings:
    print("warning:", warning)
print(hs.pipeline.disclaimer)
