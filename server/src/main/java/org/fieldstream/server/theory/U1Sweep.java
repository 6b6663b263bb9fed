package org.fieldstream.server.theory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * A sweep over all links: a Metropolis proposal for each, then a microcanonical update of each.
 *
 * <p>A link is in two plaquettes, with angles a and b, with opposite signs. A change d makes them a
 * + d and b - d, and the action changes by
 *
 * <pre>dS = 4 beta cos((a + b) / 2) sin((a - b + d) / 2) sin(d / 2).</pre>
 *
 * The proposal d is uniform within +- width and accepted where -log u of a uniform u is above dS
 * (N. Metropolis et al., J. Chem. Phys. 21 (1953) 1087); a uniform of 23 bits leaves the
 * probability an absolute error of at most 1.2e-7. The microcanonical update d = b - a exchanges
 * the two angles at no change of S: the reflection of M. Creutz, Phys. Rev. D 36 (1987) 515, which
 * in two dimensions carries each plaquette's angle on to its neighbour.
 *
 * <p>Links of one direction that are next to each other along the other axis share a plaquette. So
 * they are updated in sublattices of even, of odd, and on an odd extent of last coordinates.
 */
final class U1Sweep {
  private final double beta;
  private final int sites;
  private final U1Plaquettes plaquettes;
  private final List<Sublattice> sublattices = new ArrayList<>();

  /** Sources of each link's changes among those of all sublattices, {@code [mu * V + x]}. */
  private final int[] ofLink;

  U1Sweep(Lattice lattice, U1Plaquettes plaquettes, double beta) {
    this.beta = beta;
    this.sites = lattice.sites();
    this.plaquettes = plaquettes;
    ofLink = new int[2 * sites];
    int links = 0;
    for (int mu = 0; mu < 2; mu++) {
      int extent = lattice.extent(1 - mu);
      for (int colour = 0; colour < (extent % 2 == 0 ? 2 : 3); colour++) {
        Sublattice next = new Sublattice(lattice, mu, colour);
        for (int x : next.members) {
          ofLink[mu * sites + x] = links++;
        }
        sublattices.add(next);
      }
    }
  }

  private static int colour(int coordinate, int extent) {
    return extent % 2 == 1 && coordinate == extent - 1 ? 2 : coordinate % 2;
  }

  /** Links that share no plaquette. */
  private final class Sublattice {
    private final int[] members;
    private final int[] with;
    private final int[] against;

    /** What becomes of a plaquette: an element of (d, -d), or nothing. */
    private final int[] change;

    Sublattice(Lattice lattice, int mu, int colour) {
      int extent = lattice.extent(1 - mu);
      members =
          java.util.stream.IntStream.range(0, sites)
              .filter(x -> colour(lattice.coordinate(x, 1 - mu), extent) == colour)
              .toArray();
      with = new int[members.length];
      against = new int[members.length];
      change = new int[sites];
      Arrays.fill(change, -1);
      for (int i = 0; i < members.length; i++) {
        with[i] = plaquettes.with(mu, members[i]);
        against[i] = plaquettes.against(mu, members[i]);
        change[with[i]] = i;
        change[against[i]] = members.length + i;
      }
    }

    private int size() {
      return members.length;
    }

    private Value a(ProgramBuilder b, Value angles) {
      return b.gather(angles, 1, size(), 1, with);
    }

    private Value b(ProgramBuilder b, Value angles) {
      return b.gather(angles, 1, size(), 1, against);
    }

    private Value changed(ProgramBuilder b, Value angles, Value d) {
      Value both = b.concat(d, b.scale(-1, d));
      return b.add(angles, b.gather(both, 1, sites, 1, change));
    }
  }

  /** Draws of uniforms: proposals and decisions of each sublattice. */
  int draws() {
    return 2 * sublattices.size();
  }

  LocalUpdates.Sweep add(ProgramBuilder b, Value theta, Parameter width, int draw) {
    Value angles = plaquettes.of(b, theta);
    List<Value> moved = new ArrayList<>();
    List<Value> ones = new ArrayList<>();
    int next = draw;
    for (Sublattice links : sublattices) {
      Value unit = b.affine(2, b.uniform(next, 1, links.size()), -1);
      Value proposal = b.linear(width, unit, b.scalar(0), unit);
      Value u = b.uniform(next + 1, 1, links.size());
      Value margin = margin(b, links.a(b, angles), links.b(b, angles), proposal, u);
      Value d = b.where(margin, proposal);
      ones.add(asOneSite(b, b.where(margin, b.fill(1, 1, links.size()))));
      angles = links.changed(b, angles, d);
      moved.add(asOneSite(b, d));
      next += 2;
    }
    List<Value> exchanged = new ArrayList<>();
    for (Sublattice links : sublattices) {
      Value d = b.sub(links.b(b, angles), links.a(b, angles));
      angles = links.changed(b, angles, d);
      exchanged.add(asOneSite(b, d));
    }
    Value after = theta;
    for (List<Value> changes : List.of(moved, exchanged)) {
      Value all = b.concat(changes.toArray(Value[]::new));
      after = b.add(after, b.gather(all, 2, sites, 1, ofLink));
    }
    return new LocalUpdates.Sweep(after, b.total(b.concat(ones.toArray(Value[]::new))));
  }

  /** -log u - dS. */
  private Value margin(ProgramBuilder b, Value first, Value second, Value d, Value u) {
    Value half = b.scale(0.5, d);
    Value mean = b.linear(0.5, first, 0.5, second);
    Value difference = b.add(b.linear(0.5, first, -0.5, second), half);
    Value dS = b.mul(b.mul(b.cos(mean), b.sin(difference)), b.sin(half));
    return b.linear(-1, b.log(u), -4 * beta, dS);
  }

  /** {@code [n][1]} of {@code [1][n]}, for channels can be stacked. */
  private static Value asOneSite(ProgramBuilder b, Value row) {
    int n = row.shape().sites();
    int[] same = new int[n];
    Arrays.setAll(same, i -> i);
    return b.gather(row, n, 1, 1, same);
  }
}
