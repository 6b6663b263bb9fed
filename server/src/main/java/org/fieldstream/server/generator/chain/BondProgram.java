package org.fieldstream.server.generator.chain;

import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Phi4;

/**
 * Which neighbours of a scalar field belong to one cluster: input {@code phi [1][V]}, output {@code
 * margin [D][V]}, positive where the bond between x and x + mu is active.
 *
 * <p>A configuration and its bonds have the joint weight of R. H. Swendsen, J.-S. Wang, Phys. Rev.
 * Lett. 58 (1987) 86, for the Ising model that is embedded in the signs of phi, of couplings J = 2
 * kappa |phi_x phi_y| (R. C. Brower, P. Tamayo, Phys. Rev. Lett. 62 (1989) 1087): active with
 * probability
 *
 * <pre>p = 1 - exp(-K),   K = max(0, 4 kappa phi_x phi_y),   kappa = 1 in the mass form.</pre>
 *
 * That is where an exponential variate, -log u of a uniform u, is below K. A uniform of 23 bits
 * leaves probabilities an absolute error of at most 1.2e-7.
 */
final class BondProgram {
  /** Position of the output. */
  static final int MARGIN = 0;

  /** The draw of the uniforms; a trajectory uses 0 to 3. */
  private static final int DRAW = 4;

  private BondProgram() {}

  /** The program of a theory. */
  static Program of(Phi4 phi4) {
    Lattice lattice = phi4.lattice();
    int d = lattice.dimensions();
    int v = lattice.sites();
    int[] forward = new int[d * v];
    for (int axis = 0; axis < d; axis++) {
      int[] offset = new int[d];
      offset[axis] = 1;
      for (int x = 0; x < v; x++) {
        forward[axis * v + x] = lattice.shifted(x, offset);
      }
    }
    ProgramBuilder b = new ProgramBuilder();
    Value phi = b.input("phi", 1, v);
    Value products = b.mul(b.gather(phi, d, v, 1, forward), phi);
    Value log = b.log(b.uniform(DRAW, d, v));
    b.output("margin", b.linear(4 * phi4.hopping(), products, 1, log));
    return b.build();
  }
}
