import type { Backend, Rng, Tensor } from '@backprop/core'
import type { Parameter } from '@backprop/nn'
import type { AnyTypedArray } from './wire.ts'

/**
 * How a student's module looks from the other side of the wall: every function is asynchronous; plain data, typed
 * arrays and tensors travel by value; class instances stay where they were made and are used through a handle.
 */

type Primitive = string | number | boolean | bigint | null | undefined | void
type ByValue = Primitive | AnyTypedArray | Tensor | Rng | Parameter | Backend | Error
// The parameters of a function are contravariant: `never` accepts every function without resorting to `any`.
type AnyFunction = (...args: never[]) => unknown
type HasMethod<T> = { [K in keyof T]-?: T[K] extends AnyFunction ? K : never }[keyof T] extends never ? false : true

/** What arrives here for a value of type T over there. */
export type FromRemote<T> = T extends ByValue
  ? T
  : T extends Promise<infer U>
    ? FromRemote<U>
    : T extends readonly (infer U)[]
      ? number extends T['length']
        ? FromRemote<U>[]
        : { [K in keyof T]: FromRemote<T[K]> }
      : T extends ReadonlyMap<infer K, infer V>
        ? Map<FromRemote<K>, FromRemote<V>>
        : T extends ReadonlySet<infer U>
          ? Set<FromRemote<U>>
          : T extends AnyFunction
            ? RemoteFunction<T>
            : HasMethod<T> extends true
              ? RemoteObject<T>
              : { [K in keyof T]: FromRemote<T[K]> }

/**
 * What may be passed for a parameter of type T: callbacks may be asynchronous, borrowed objects go back as handles, and
 * an object of functions may be one of callbacks.
 */
export type ToRemote<T> = T extends ByValue
  ? T
  : T extends readonly (infer U)[]
    ? number extends T['length']
      ? readonly ToRemote<U>[]
      : { [K in keyof T]: ToRemote<T[K]> }
    : T extends (...args: infer A) => infer R
      ? (...args: { [K in keyof A]: FromRemote<A[K]> }) => ToRemote<Awaited<R>> | Promise<ToRemote<Awaited<R>>>
      : (HasMethod<T> extends true ? RemoteObject<T> : never) | { [K in keyof T]: ToRemote<T[K]> }

type Arguments<A extends readonly unknown[]> = { [K in keyof A]: ToRemote<A[K]> }

export type RemoteFunction<F> = F extends (...args: infer A) => infer R
  ? (...args: Arguments<A>) => Promise<FromRemote<Awaited<R>>>
  : never

/** An instance over there. A field is read by calling it; `$drop` releases the object. */
export type RemoteObject<T> = {
  readonly [K in keyof T]: T[K] extends AnyFunction ? RemoteFunction<T[K]> : () => Promise<FromRemote<T[K]>>
} & { readonly $drop: () => Promise<void> }

/** A whole module: functions are called, classes made with `.new(…)`, other exports read with `.value()`. */
export type Remote<M> = {
  readonly [K in keyof M]: M[K] extends abstract new (...args: infer A) => infer I
    ? { readonly new: (...args: Arguments<A>) => Promise<RemoteObject<I>> }
    : M[K] extends AnyFunction
      ? RemoteFunction<M[K]>
      : { readonly value: () => Promise<FromRemote<M[K]>> }
}
