import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { tarGzOf, zipOf } from '../packed.ts'
import { studentsWork } from './university.ts'

/** What the guide's learning platform gives: Moodle's downloads of the submissions, its grading worksheet, and its gradebook. */
export async function openPlatform(home: string, lab: Lab): Promise<void> {
  const work = await studentsWork(lab)
  const [file] = lab.manifest.edit
  const inLab = (repository: string, path: string) => [{ name: `${path}${file}`, text: work[repository] }]
  const folder = (who: string, participant: number) => `${who}_${participant}_assignsubmission_file_`
  const sectionA = zipOf([
    { name: `${folder('Ada Obi', 200001)}/lab.zip`, text: zipOf(inLab('labs-ada', '')) },
    { name: `${folder('Bo Li', 200002)}/${file.replace('src/', '')}`, text: work['labs-bo'] },
  ])
  const sectionB = zipOf([
    {
      name: `${folder('Team 7-Cy Ek', 200003)}/labs-main.zip`,
      text: zipOf(inLab('labs-team-7', `labs-main/labs/${lab.manifest.id}/`)),
    },
    { name: `${folder('Zoë Müller', 200005)}/lab.tar.gz`, text: tarGzOf(inLab('labs-zoe', 'my work/')) },
  ])
  writeFileSync(join(home, 'section-a.zip'), sectionA)
  writeFileSync(join(home, 'section-b.zip'), sectionB)
  writeFileSync(join(home, 'gradebook.csv'), gradebook(lab.manifest.title))
  writeFileSync(join(home, 'grading-worksheet.csv'), WORKSHEET)
}

const WORKSHEET = `\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed","Last modified (grade)","Feedback comments"
"Participant 200001","Ada Obi",ada@uni.example,"Submitted for grading",,100.00,Yes,-,
"Participant 200002","Bo Li",bo@uni.example,"Submitted for grading",,100.00,Yes,-,
"Participant 200003","Cy Ek",cy@uni.example,"Submitted for grading",,100.00,Yes,-,
"Participant 200004","Dee Fox",dee@uni.example,"Submitted for grading",,100.00,Yes,-,
"Participant 200005","Zoë Müller",zoe@uni.example,"Submitted for grading",,100.00,Yes,-,
"Participant 200006","Eve Roe",eve@uni.example,"No submission",,100.00,Yes,-,
`

const gradebook = (title: string) => `First name,Last name,Email address,Assignment: ${title} (Real)
Ada,Obi,ada@uni.example,-
Bo,Li,bo@uni.example,-
Cy,Ek,cy@uni.example,-
Dee,Fox,dee@uni.example,-
Zoë,Müller,zoe@uni.example,-
Eve,Roe,eve@uni.example,-
`
