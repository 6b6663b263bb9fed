/**
 * Theories, one file each: conventions, action program, observables. Start here: {@link
 * org.fieldstream.server.theory.Theory}, then {@link org.fieldstream.server.theory.Phi4} or {@link
 * org.fieldstream.server.theory.U1}. What else a theory can do, it says by the interfaces it
 * implements: {@link org.fieldstream.server.theory.Dynamics} to be moved by molecular dynamics,
 * {@link org.fieldstream.server.theory.LocalUpdates}, {@link
 * org.fieldstream.server.theory.Winding}.
 */
@NullMarked
package org.fieldstream.server.theory;

import org.jspecify.annotations.NullMarked;
