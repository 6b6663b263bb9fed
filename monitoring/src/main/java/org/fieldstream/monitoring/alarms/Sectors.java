package org.fieldstream.monitoring.alarms;

/** What of a series must move for the series not to be frozen. */
public enum Sectors {
  /** Nothing: the series is never called frozen. */
  NONE {
    @Override
    double of(double value) {
      return 0;
    }
  },
  /** Its values, whatever they are. */
  VALUES {
    @Override
    double of(double value) {
      return value;
    }
  },
  /** Its sign: a magnetisation, which may fluctuate within one sign for ever. */
  SIGNS {
    @Override
    double of(double value) {
      return Math.signum(value);
    }
  },
  /** Its nearest integer: a topological charge. */
  INTEGERS {
    @Override
    double of(double value) {
      return Math.rint(value);
    }
  };

  /** The sector a value belongs to. */
  abstract double of(double value);
}
