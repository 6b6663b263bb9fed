package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * The long-wavelength modes of a lattice as a field on a coarser one: Hartley modes with {@code
 * n_mu} in {@code (-L'/2, L'/2]}, {@code L' = L / 2^level}, taken as the Hartley modes of a lattice
 * of extents L'. An orthonormal change of variables.
 */
final class CoarseModes {
  private final Lattice coarse;
  private final int[] fineOf;
  private final int[] coarseOf;

  CoarseModes(Lattice fine, int level) {
    int d = fine.dimensions();
    int[] extents = fine.extents();
    for (int axis = 0; axis < d; axis++) {
      if (extents[axis] % (2 << level) != 0) {
        throw new IllegalArgumentException(
            "extents: "
                + fine
                + " (expected: multiples of "
                + (2 << level)
                + ", for level "
                + level
                + ")");
      }
      extents[axis] >>= level;
    }
    coarse = Lattice.of(extents);
    fineOf = new int[coarse.sites()];
    coarseOf = new int[fine.sites()];
    Arrays.fill(coarseOf, -1);
    for (int k = 0; k < fineOf.length; k++) {
      int site = 0;
      for (int axis = 0; axis < d; axis++) {
        int n = coarse.coordinate(k, axis);
        int folded = n <= extents[axis] / 2 ? n : n - extents[axis] + fine.extent(axis);
        site += folded * fine.stride(axis);
      }
      fineOf[k] = site;
      coarseOf[site] = k;
    }
  }

  Lattice lattice() {
    return coarse;
  }

  /** The momentum of the fine lattice that a momentum of the coarse one stands for. */
  int fine(int momentum) {
    return fineOf[momentum];
  }

  /** The coarse field of a field given by its modes. */
  Value take(ProgramBuilder b, Value modes) {
    return Fourier.hartley(b, b.gather(modes, 1, fineOf.length, 1, fineOf), coarse);
  }

  /** The modes with the long wavelengths replaced by those of a coarse field. */
  Value put(ProgramBuilder b, Value modes, Value field) {
    int[] rest = new int[coarseOf.length];
    Arrays.setAll(rest, k -> coarseOf[k] < 0 ? k : -1);
    Value low = Fourier.hartley(b, field, coarse);
    return b.add(
        b.gather(modes, 1, rest.length, 1, rest), b.gather(low, 1, coarseOf.length, 1, coarseOf));
  }
}
