package org.fieldstream.kernels.machine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape: a tile is one vector of lanes wide. */
final class Simd {
  static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  static final int W = F.length();

  private Simd() {}

  static FloatVector load(float[] m, int at) {
    return FloatVector.fromArray(F, m, at);
  }

  static FloatVector all(float x) {
    return FloatVector.broadcast(F, x);
  }
}
