// Stands for a student's module while the tests are only listed.
export {}
