/**
 * Theories, one file each: conventions, action program, observables. Start here: {@link
 * org.fieldstream.server.theory.Theory}.
 */
@NullMarked
package org.fieldstream.server.theory;

import org.jspecify.annotations.NullMarked;
