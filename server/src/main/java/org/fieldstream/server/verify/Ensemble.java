package org.fieldstream.server.verify;

import java.util.Map;

/** Configurations of one model at one target, more of them whenever asked. */
interface Ensemble extends AutoCloseable {
  /** Adds at least this many configurations. */
  void grow(long configurations);

  /** Configurations so far. */
  long size();

  /** What they stand for, by kind of exactness. */
  Map<String, Sample> samples();

  @Override
  void close();
}
